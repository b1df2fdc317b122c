"""The chart of accounts of one organisation, and finding an account in it (`api.md` §4.0)."""

from collections.abc import Iterable, Iterator

import attrs

from finzcore.errors import Duplicate, NotFound, RuleBroken
from finzcore.ledger.account import Account, Role


def _in_order(accounts: Iterable[Account]) -> tuple[Account, ...]:
    return tuple(sorted(accounts, key=lambda account: (account.code, account.number)))


@attrs.frozen
class Chart:
    """The accounts of one organisation in the order of their codes.

    No two share a number, a code or a role (Duplicate), every parent exists (NotFound), is of the
    same class, and no account is above itself (RuleBroken, field ``parent_id``).

    >>> from finzcore.ledger.chart_india import india_accounts
    >>> chart = Chart(india_accounts())
    >>> chart.by_role(Role.AR).name, chart.by_code("4010").name
    ('Accounts Receivable', 'Sales')
    """

    accounts: tuple[Account, ...] = attrs.field(converter=_in_order)
    _numbers: dict[int, Account] = attrs.field(init=False, repr=False, eq=False)
    _codes: dict[str, Account] = attrs.field(init=False, repr=False, eq=False)
    _names: dict[str, Account] = attrs.field(init=False, repr=False, eq=False)
    _roles: dict[Role, Account] = attrs.field(init=False, repr=False, eq=False)

    @_numbers.default
    def _find_numbers(self) -> dict[int, Account]:
        return {account.number: account for account in self.accounts}

    @_codes.default
    def _find_codes(self) -> dict[str, Account]:
        return {account.code: account for account in self.accounts}

    @_names.default
    def _find_names(self) -> dict[str, Account]:
        # Two accounts may have one name; the first in order of code is the one meant.
        return {account.name: account for account in reversed(self.accounts)}

    @_roles.default
    def _find_roles(self) -> dict[Role, Account]:
        return {account.role: account for account in self.accounts if account.role is not None}

    def __attrs_post_init__(self) -> None:
        players = sum(account.role is not None for account in self.accounts)
        if len(self._numbers) < len(self.accounts):
            raise Duplicate("Two accounts have the same number.", field="number")
        if len(self._codes) < len(self.accounts):
            raise Duplicate("Two accounts have the same code.", field="code")
        if len(self._roles) < players:
            raise Duplicate("Two accounts play the same role.", field="role")
        self._check_parents()

    def __iter__(self) -> Iterator[Account]:
        return iter(self.accounts)

    def __len__(self) -> int:
        return len(self.accounts)

    def __contains__(self, number: object) -> bool:
        return number in self._numbers

    def by_number(self, number: int) -> Account:
        """The account of that key; a key we do not have is our own mistake."""
        account = self._numbers.get(number)
        assert account is not None, f"the chart has no account {number}"
        return account

    def by_role(self, role: Role) -> Account:
        """The account that plays `role`; a role that nobody plays is our own mistake."""
        account = self._roles.get(role)
        assert account is not None, f"no account plays the role {role}"
        return account

    def by_code(self, code: str) -> Account | None:
        """The account of that code, exactly as written, or None."""
        return self._codes.get(code)

    def by_name(self, name: str) -> Account | None:
        """The account of that name, exactly as written, or None; of several, the first by code."""
        return self._names.get(name)

    def _check_parents(self) -> None:
        for account in self.accounts:
            if account.parent is None:
                continue
            parent = self._numbers.get(account.parent)
            if parent is None:
                raise NotFound("The parent account is not in this chart.", field="parent_id")
            if parent.type.klass is not account.type.klass:
                raise RuleBroken(
                    "An account and its parent must both be assets, liabilities, equity, income or expenses.",
                    field="parent_id",
                )
        self._check_no_cycle()

    def _check_no_cycle(self) -> None:
        sound: set[int | None] = {None}
        for account in self.accounts:
            path: list[int] = []
            number: int | None = account.number
            while number not in sound:
                assert number is not None
                if number in path:
                    raise RuleBroken("An account cannot stand below itself.", field="parent_id")
                path.append(number)
                number = self._numbers[number].parent
            sound.update(path)
