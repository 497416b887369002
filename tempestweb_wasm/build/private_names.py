"""Names by which files are known that nobody means to publish.

What is on the list is what tools write or ask for under that name: keys, files of credentials,
databases and logs. It errs towards leaving out, because a setting brings a file back, and
nothing takes back what was public once.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

_KEYS = """
*.pem *.key *.p8 *.p12 *.pfx *.jks *.keystore *.ppk *.kdbx *.ovpn
id_rsa id_dsa id_ecdsa id_ed25519 id_*_sk
"""
_CREDENTIALS = """
env *.env env.local env.dev* env.prod* env.stag* env.test* htpasswd *.htpasswd _netrc kubeconfig
*.kubeconfig *.tfstate *.tfstate.* *.tfvars *.secret *.secrets token token.json token.txt
token.pickle passwords passwords.txt passwords.csv passwords.json passwd service-account*.json
service_account*.json serviceaccount*.json secret.py secrets.py credentials.py
"""
# A database beside an app is what it was tried with, or what its server writes.
_DATA = """
*.db *.db3 *.sqlite *.sqlite3 *-journal *-wal *-shm *.dump dump*.sql backup*.sql *.log
"""
_PATTERNS = tuple((_KEYS + _CREDENTIALS + _DATA).split())
_WORD = re.compile(r"(?:^|[-_. ])(?:secrets?|credentials?)(?:[-_. ]|$)")
# A picture of a secret garden is none.
_ENDINGS = """
.json .toml .yaml .yml .ini .cfg .conf .txt .csv .xml .properties .enc .bak
"""
_SETTINGS = frozenset(["", *_ENDINGS.split()])


def is_private(name: str) -> bool:
    """Say whether a file called *name* (no folders) is left out unless settings name it."""
    low = name.lower()
    if _WORD.search(low) and PurePosixPath(low).suffix in _SETTINGS:
        return True
    return any(fnmatchcase(low, pattern) for pattern in _PATTERNS)
