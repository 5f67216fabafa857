// Makes the replica set and its users, as far as they are not there. Ends with an error for "not yet: try again".
const { ADMIN_PASSWORD, BACKUP_PASSWORD, DATABASE_PASSWORD, DATABASE, MEMBERS } = process.env;

if (!db.hello().setName) {
  const members = Array.from({ length: Number(MEMBERS) }, (_, n) => ({
    _id: n,
    host: `mongo-${n}.mongo.ecommerce.svc.cluster.local:27017`,
    priority: n === 0 ? 2 : 1,
  }));
  // Refused while a member cannot be reached, or is of a set already, as when this one alone lost its volume.
  rs.initiate({ _id: "rs0", members });
}
if (!db.hello().isWritablePrimary) {
  throw new Error("This member is not the primary yet.");
}

let known = true;
try {
  db.auth("admin", ADMIN_PASSWORD);
} catch (error) {
  known = false;
}
if (!known) {
  // The localhost exception is for this one user; it ends with that. Where there is one already, it is refused.
  db.createUser({ user: "admin", pwd: ADMIN_PASSWORD, roles: ["root"] });
  db.auth("admin", ADMIN_PASSWORD);
}

function ensure(database, user, pwd, roles) {
  const at = db.getSiblingDB(database);
  if (!at.getUser(user)) {
    at.createUser({ user, pwd, roles });
    print(`There is a user ${user} now.`);
  }
}

ensure(DATABASE, "shop", DATABASE_PASSWORD, [{ role: "readWrite", db: DATABASE }]);
ensure("admin", "backup", BACKUP_PASSWORD, ["backup"]);
print("The replica set is initiated, and has its users.");
