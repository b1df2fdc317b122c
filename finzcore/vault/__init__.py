"""The vault: an integrator's credentials for the books of its consumers, kept sealed (`api.md` §8.8).

Only the clients that the vault makes see them. A client whose access token is over has it renewed and the
new pair kept: of all clients in all processes one at a time, which holds a claim for as long as it takes.

    keeping     units of work over what is kept, and the keys that seal it
    renewal     a token that is read from the vault, and renewed when it is over
    vault       `Vault`: put in, use, list, remove, seal anew
"""

from finzcore.vault.vault import Vault

__all__ = ["Vault"]
