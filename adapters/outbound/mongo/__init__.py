"""MongoDB, by its own driver."""

import sys

# The driver looks for PyOpenSSL, which its asynchronous half cannot use, and on the way there imports most of
# cryptography before it finds that there is none. Python's own TLS is what it uses then, and what it uses so. With
# None in its place an import fails, as Python's documentation has it, whose types have not.
sys.modules.setdefault("pymongo.pyopenssl_context", None)  # type: ignore[arg-type]
