"""Accounts and sessions in MongoDB: one document each, in the collections `users` and `sessions`."""

from collections.abc import Mapping
from dataclasses import asdict

from pymongo import DESCENDING

from adapters.outbound.mongo.database import Document, MongoCollection, MongoDatabase
from adapters.outbound.mongo.mails import MongoPendingMails, MongoProofs
from core.shared.errors import ShopError, VersionStale
from core.shared.paging import Cursor, Page
from core.user.errors import EmailTaken, SessionNotFound, UserNotFound
from core.user.model import Address, Session, Spent, User
from core.user.ports import PendingMails, Proofs, Sessions, Users


class MongoUserStore:
    """All that the user service keeps."""

    def __init__(self, database: MongoDatabase) -> None:
        self.users: Users = MongoUsers(database.collection("users"))
        self.sessions: Sessions = MongoSessions(database.collection("sessions"))
        self.proofs: Proofs = MongoProofs(database.collection("proofs"))
        self.pending_mails: PendingMails = MongoPendingMails(database.collection("pending_mails"))


class MongoUsers(Users):
    def __init__(self, collection: MongoCollection) -> None:
        self._collection = collection

    async def add(self, user: User) -> None:
        fixed = {"_id": user.id, "created": user.id, "created_at": user.created_at}
        known = {"_id_": VersionStale("There is such an account already.")}
        async with self._collection.use(taken={**_email_taken(), **known}) as users:
            await users.insert_one({**fixed, **to_document(user)})

    async def get(self, id: str) -> User:
        return await self._one({"_id": id})

    async def by_email(self, email: str) -> User:
        return await self._one({"email": email})

    async def save(self, user: User) -> None:
        async with self._collection.use(taken=_email_taken()) as users:
            result = await users.update_one({"_id": user.id, "version": user.version - 1}, {"$set": to_document(user)})
        if result.matched_count == 0:
            kept = await self.get(user.id)
            raise VersionStale(f"The account is at version {kept.version}.")

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        behind = {} if after is None else {"created": {"$lt": after.key_in("-id", str)[0]}}
        async with self._collection.use() as users:
            documents = await users.find(behind).sort("created", DESCENDING).limit(limit + 1).to_list()
        items = tuple(to_user(document) for document in documents[:limit])
        return Page(items=items, next=Cursor(order="-id", key=(items[-1].id,)) if len(documents) > limit else None)

    async def _one(self, wanted: Mapping[str, str]) -> User:
        async with self._collection.use() as users:
            document = await users.find_one(wanted)
        if document is None:
            raise UserNotFound("There is no such account.")
        return to_user(document)


class MongoSessions(Sessions):
    """A session that has expired is removed by the index on its expiry, some time later."""

    def __init__(self, collection: MongoCollection) -> None:
        self._collection = collection

    async def add(self, session: Session) -> None:
        known = {"_id_": VersionStale("There is such a session already.")}
        async with self._collection.use(taken=known) as sessions:
            await sessions.insert_one(session_to_document(session))

    async def get(self, id: str) -> Session:
        async with self._collection.use() as sessions:
            document = await sessions.find_one({"_id": id})
        if document is None:
            raise SessionNotFound("There is no such session.")
        return to_session(document)

    async def save(self, session: Session) -> None:
        async with self._collection.use() as sessions:
            result = await sessions.replace_one(
                {"_id": session.id, "version": session.version - 1}, session_to_document(session)
            )
        if result.matched_count == 0:
            raise VersionStale("The session has changed.")

    async def remove(self, id: str) -> None:
        async with self._collection.use() as sessions:
            await sessions.delete_one({"_id": id})


def _email_taken() -> Mapping[str, ShopError]:
    return {"users_email": EmailTaken("Another account has this e-mail address.")}


def to_document(user: User) -> Document:
    """The fields that a new version may change."""
    return {
        "email": user.email,
        "email_verified": user.email_verified,
        "password_hash": user.password_hash,
        "name": user.name,
        "phone": user.phone,
        "roles": sorted(user.roles),
        "status": user.status,
        "addresses": [asdict(address) for address in user.addresses],
        "sign_ins": user.sign_ins,
        "version": user.version,
    }


def to_user(document: Document) -> User:
    return User(
        id=document["_id"],
        email=document["email"],
        email_verified=document["email_verified"],
        password_hash=document["password_hash"],
        name=document["name"],
        phone=document["phone"],
        roles=frozenset(document["roles"]),
        status=document["status"],
        addresses=tuple(Address(**address) for address in document["addresses"]),
        sign_ins=document["sign_ins"],
        created_at=document["created_at"],
        version=document["version"],
    )


def session_to_document(session: Session) -> Document:
    return {
        "_id": session.id,
        "user_id": session.user_id,
        "sign_ins": session.sign_ins,
        "live": list(session.live),
        "spent": [asdict(spent) for spent in session.spent],
        "begun_at": session.begun_at,
        "expires_at": session.expires_at,
        "version": session.version,
    }


def to_session(document: Document) -> Session:
    return Session(
        id=document["_id"],
        user_id=document["user_id"],
        sign_ins=document["sign_ins"],
        live=tuple(document["live"]),
        spent=tuple(Spent(**spent) for spent in document["spent"]),
        begun_at=document["begun_at"],
        expires_at=document["expires_at"],
        version=document["version"],
    )
