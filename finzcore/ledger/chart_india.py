"""The accounts that a new organisation starts with (`api.md` §4.0)."""

from typing import Final

from finzcore.ledger.account import Account, AccountType, Role

# Appended to, never reordered: an account's number is its place in this table.
_SEEDED: Final = """
    1010 | Cash in Hand           | CASH                    | CASH
    1020 | Bank Account           | BANK                    | BANK
    1040 | Accounts Receivable    | ACCOUNTS_RECEIVABLE     | AR
    1050 | Inventory              | STOCK                   | STOCK
    1061 | Input CGST             | GST_ASSET               | IN_CGST
    1062 | Input SGST             | GST_ASSET               | IN_SGST
    1063 | Input IGST             | GST_ASSET               | IN_IGST
    1064 | Input Cess             | GST_ASSET               | IN_CESS
    1070 | TDS Receivable         | TDS_ASSET               | TDS_RECEIVABLE
    1080 | Vendor Advances        | OTHER_CURRENT_ASSET     | VENDOR_ADVANCE
    2010 | Accounts Payable       | ACCOUNTS_PAYABLE        | AP
    2021 | Output CGST            | GST_LIABILITY           | OUT_CGST
    2022 | Output SGST            | GST_LIABILITY           | OUT_SGST
    2023 | Output IGST            | GST_LIABILITY           | OUT_IGST
    2024 | Output Cess            | GST_LIABILITY           | OUT_CESS
    2031 | RCM CGST Payable       | GST_LIABILITY           | RCM_CGST
    2032 | RCM SGST Payable       | GST_LIABILITY           | RCM_SGST
    2033 | RCM IGST Payable       | GST_LIABILITY           | RCM_IGST
    2040 | TDS Payable            | TDS_LIABILITY           | TDS_PAYABLE
    2050 | Customer Advances      | OTHER_CURRENT_LIABILITY | CUSTOMER_ADVANCE
    3010 | Owner's Equity         | EQUITY                  |
    3020 | Retained Earnings      | RETAINED_EARNINGS       | RETAINED
    3030 | Opening Balance Equity | EQUITY                  | OPENING
    4010 | Sales                  | SALES                   | SALES
    4020 | Service Revenue        | INCOME                  |
    4030 | Shipping Income        | OTHER_INCOME            | SHIPPING
    4040 | Round Off              | OTHER_INCOME            | ROUND_OFF
    4050 | Exchange Gain or Loss  | OTHER_INCOME            | FX
    4060 | Other Charges          | OTHER_INCOME            | ADJUSTMENT
    5010 | Purchases              | COST_OF_GOODS_SOLD      | PURCHASES
    6010 | Rent                   | EXPENSE                 |
    6020 | Internet               | EXPENSE                 |
    6030 | Office Supplies        | EXPENSE                 |
    6040 | Professional Fees      | EXPENSE                 |
    6050 | Travel                 | EXPENSE                 |
    6060 | Freight                | EXPENSE                 | FREIGHT
    6070 | Depreciation           | EXPENSE                 |
    6080 | Other Expenses         | EXPENSE                 |
    6900 | Bank Charges           | EXPENSE                 | BANK_CHARGES
"""


def india_accounts() -> tuple[Account, ...]:
    """The seeded accounts, numbered 1, 2, 3 … in the order of their codes, all of them system accounts.

    >>> first = india_accounts()[0]
    >>> first.number, first.code, first.name
    (1, '1010', 'Cash in Hand')
    """
    rows = [[cell.strip() for cell in row.split("|")] for row in _SEEDED.strip().splitlines()]
    return tuple(
        Account(
            number=number,
            code=code,
            name=name,
            type=AccountType(kind),
            role=Role(role) if role else None,
            is_system=True,
        )
        for number, (code, name, kind, role) in enumerate(rows, start=1)
    )
