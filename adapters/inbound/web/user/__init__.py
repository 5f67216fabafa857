"""The user service over HTTP: accounts and signing in for everyone, all accounts for admins, keys for services."""

from adapters.inbound.web.user.routes import user_router

__all__ = ["user_router"]
