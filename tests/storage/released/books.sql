BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'finzcore','head','2026-11-21 03:28:57.016627+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'finzcore','journal','2026-11-21 03:28:57.017068+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'finzcore','history','2026-11-21 03:28:57.017210+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'finzcore','numbers','2026-11-21 03:28:57.017418+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'finzcore','idempotency','2026-11-21 03:28:57.017532+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'finzcore','access','2026-11-21 03:28:57.017919+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'finzcore','papers.lines','2026-11-21 03:28:57.018128+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'finzcore','papers.drafts','2026-11-21 03:28:57.018240+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'finzcore','papers.settlement','2026-11-21 03:28:57.018504+00:00');
INSERT INTO "_sqlite_migrations" VALUES(10,'finzcore','whoami','2026-11-21 03:28:57.018555+00:00');
INSERT INTO "_sqlite_migrations" VALUES(11,'finzcore','branches','2026-11-21 03:28:57.018694+00:00');
INSERT INTO "_sqlite_migrations" VALUES(12,'finzcore','accounts','2026-11-21 03:28:57.018880+00:00');
INSERT INTO "_sqlite_migrations" VALUES(13,'finzcore','taxes','2026-11-21 03:28:57.019050+00:00');
INSERT INTO "_sqlite_migrations" VALUES(14,'finzcore','currencies','2026-11-21 03:28:57.019181+00:00');
INSERT INTO "_sqlite_migrations" VALUES(15,'finzcore','cost_centers','2026-11-21 03:28:57.019306+00:00');
INSERT INTO "_sqlite_migrations" VALUES(16,'finzcore','salespersons','2026-11-21 03:28:57.019410+00:00');
INSERT INTO "_sqlite_migrations" VALUES(17,'finzcore','exchange_rates','2026-11-21 03:28:57.019579+00:00');
INSERT INTO "_sqlite_migrations" VALUES(18,'finzcore','bank_accounts','2026-11-21 03:28:57.019625+00:00');
INSERT INTO "_sqlite_migrations" VALUES(19,'finzcore','contacts','2026-11-21 03:28:57.019755+00:00');
INSERT INTO "_sqlite_migrations" VALUES(20,'finzcore','items','2026-11-21 03:28:57.019935+00:00');
INSERT INTO "_sqlite_migrations" VALUES(21,'finzcore','invoices','2026-11-21 03:28:57.020352+00:00');
INSERT INTO "_sqlite_migrations" VALUES(22,'finzcore','credit_notes','2026-11-21 03:28:57.020758+00:00');
INSERT INTO "_sqlite_migrations" VALUES(23,'finzcore','payments','2026-11-21 03:28:57.021053+00:00');
INSERT INTO "_sqlite_migrations" VALUES(24,'finzcore','journals','2026-11-21 03:28:57.021108+00:00');
INSERT INTO "_sqlite_migrations" VALUES(25,'finzcore','reports','2026-11-21 03:28:57.021151+00:00');
CREATE TABLE accounts (
  org_id INTEGER NOT NULL,
  number INTEGER NOT NULL CONSTRAINT accounts_number_ck CHECK (number >= 1),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  account_type TEXT NOT NULL,
  description TEXT,
  currency_code TEXT NOT NULL,
  bank_name TEXT,
  account_number TEXT,
  ifsc TEXT,
  upi_id TEXT,
  parent_id INTEGER,
  role TEXT,
  is_active INTEGER NOT NULL CONSTRAINT accounts_is_active_ck CHECK (is_active >= 0 AND is_active <= 1),
  is_system INTEGER NOT NULL CONSTRAINT accounts_is_system_ck CHECK (is_system >= 0 AND is_system <= 1),
  created_time TEXT NOT NULL CONSTRAINT accounts_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT accounts_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT accounts_pk PRIMARY KEY (org_id, number),
  CONSTRAINT accounts_parent_id_fk FOREIGN KEY (org_id, parent_id) REFERENCES accounts (org_id, number)
) STRICT;
INSERT INTO "accounts" VALUES(1,1,'1010','Cash in Hand','CASH',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'CASH',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,2,'1020','Bank Account','BANK',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'BANK',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,3,'1040','Accounts Receivable','ACCOUNTS_RECEIVABLE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'AR',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,4,'1050','Inventory','STOCK',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'STOCK',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,5,'1061','Input CGST','GST_ASSET',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'IN_CGST',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,6,'1062','Input SGST','GST_ASSET',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'IN_SGST',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,7,'1063','Input IGST','GST_ASSET',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'IN_IGST',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,8,'1064','Input Cess','GST_ASSET',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'IN_CESS',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,9,'1070','TDS Receivable','TDS_ASSET',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'TDS_RECEIVABLE',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,10,'1080','Vendor Advances','OTHER_CURRENT_ASSET',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'VENDOR_ADVANCE',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,11,'2010','Accounts Payable','ACCOUNTS_PAYABLE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'AP',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,12,'2021','Output CGST','GST_LIABILITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'OUT_CGST',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,13,'2022','Output SGST','GST_LIABILITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'OUT_SGST',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,14,'2023','Output IGST','GST_LIABILITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'OUT_IGST',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,15,'2024','Output Cess','GST_LIABILITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'OUT_CESS',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,16,'2031','RCM CGST Payable','GST_LIABILITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'RCM_CGST',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,17,'2032','RCM SGST Payable','GST_LIABILITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'RCM_SGST',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,18,'2033','RCM IGST Payable','GST_LIABILITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'RCM_IGST',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,19,'2040','TDS Payable','TDS_LIABILITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'TDS_PAYABLE',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,20,'2050','Customer Advances','OTHER_CURRENT_LIABILITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'CUSTOMER_ADVANCE',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,21,'3010','Owner''s Equity','EQUITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,22,'3020','Retained Earnings','RETAINED_EARNINGS',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'RETAINED',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,23,'3030','Opening Balance Equity','EQUITY',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'OPENING',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,24,'4010','Sales','SALES',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'SALES',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,25,'4020','Service Revenue','INCOME',NULL,'INR',NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,26,'4030','Shipping Income','OTHER_INCOME',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'SHIPPING',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,27,'4040','Round Off','OTHER_INCOME',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'ROUND_OFF',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,28,'4050','Exchange Gain or Loss','OTHER_INCOME',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'FX',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,29,'4060','Other Charges','OTHER_INCOME',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'ADJUSTMENT',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,30,'5010','Purchases','COST_OF_GOODS_SOLD',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'PURCHASES',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,31,'6010','Rent','EXPENSE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,32,'6020','Internet','EXPENSE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,33,'6030','Office Supplies','EXPENSE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,34,'6040','Professional Fees','EXPENSE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,35,'6050','Travel','EXPENSE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,36,'6060','Freight','EXPENSE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'FREIGHT',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,37,'6070','Depreciation','EXPENSE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,38,'6080','Other Expenses','EXPENSE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "accounts" VALUES(1,39,'6900','Bank Charges','EXPENSE',NULL,'INR',NULL,NULL,NULL,NULL,NULL,'BANK_CHARGES',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
CREATE TABLE allocations (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  source_type TEXT NOT NULL,
  source_id INTEGER NOT NULL,
  target_type TEXT NOT NULL,
  target_id INTEGER NOT NULL,
  amount INTEGER NOT NULL CONSTRAINT allocations_amount_ck CHECK (amount >= 1 AND amount <= 1000000000000000),
  used INTEGER NOT NULL CONSTRAINT allocations_used_ck CHECK (used >= -1000000000000000 AND used <= 1000000000000000),
  relieved INTEGER NOT NULL CONSTRAINT allocations_relieved_ck CHECK (relieved >= -1000000000000000 AND relieved <= 1000000000000000),
  date TEXT NOT NULL CONSTRAINT allocations_date_ck CHECK (length(date) = 10),
  entry INTEGER,
  created_at TEXT NOT NULL CONSTRAINT allocations_created_at_ck CHECK (length(created_at) = 27),
  released_at TEXT CONSTRAINT allocations_released_at_ck CHECK (length(released_at) = 27),
  CONSTRAINT allocations_pk PRIMARY KEY (org_id, id),
  CONSTRAINT allocations_entry_fk FOREIGN KEY (org_id, entry) REFERENCES entries (org_id, seq)
) STRICT;
INSERT INTO "allocations" VALUES(1,35,'credit_notes',33,'invoices',28,27000,27000,27000,'2026-11-20',NULL,'2026-11-20T06:00:00.000000Z',NULL);
INSERT INTO "allocations" VALUES(1,39,'payments',38,'invoices',28,20000,20000,20000,'2026-05-22',NULL,'2026-11-20T06:00:00.000000Z',NULL);
CREATE TABLE branches (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  gstin TEXT,
  city TEXT,
  address TEXT,
  pin TEXT,
  legal_name TEXT,
  is_sez INTEGER NOT NULL CONSTRAINT branches_is_sez_ck CHECK (is_sez >= 0 AND is_sez <= 1),
  invoice_prefix TEXT,
  bill_prefix TEXT,
  is_default INTEGER NOT NULL CONSTRAINT branches_is_default_ck CHECK (is_default >= 0 AND is_default <= 1),
  is_active INTEGER NOT NULL CONSTRAINT branches_is_active_ck CHECK (is_active >= 0 AND is_active <= 1),
  created_time TEXT NOT NULL CONSTRAINT branches_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT branches_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT branches_pk PRIMARY KEY (org_id, id)
) STRICT;
INSERT INTO "branches" VALUES(1,3,'HQ','Head Office','IN-KA',NULL,NULL,NULL,NULL,NULL,0,'INV-','BILL-',1,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
CREATE TABLE contacts (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  contact_type TEXT NOT NULL,
  contact_name TEXT NOT NULL,
  display_name TEXT,
  legal_name TEXT,
  company_name TEXT,
  gst_no TEXT,
  gst_treatment TEXT,
  pan TEXT,
  place_of_contact TEXT,
  email TEXT,
  phone TEXT,
  website TEXT,
  billing_address TEXT,
  shipping_address TEXT,
  contact_persons TEXT,
  payment_terms INTEGER NOT NULL CONSTRAINT contacts_payment_terms_ck CHECK (payment_terms >= 0 AND payment_terms <= 365),
  opening_balance INTEGER NOT NULL CONSTRAINT contacts_opening_balance_ck CHECK (opening_balance >= -1000000000000000 AND opening_balance <= 1000000000000000),
  credit_limit INTEGER CONSTRAINT contacts_credit_limit_ck CHECK (credit_limit >= 0 AND credit_limit <= 1000000000000000),
  currency_code TEXT NOT NULL,
  status TEXT NOT NULL,
  search TEXT NOT NULL,
  opening_entry INTEGER,
  created_time TEXT NOT NULL CONSTRAINT contacts_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT contacts_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT contacts_pk PRIMARY KEY (org_id, id),
  CONSTRAINT contacts_opening_entry_fk FOREIGN KEY (org_id, opening_entry) REFERENCES entries (org_id, seq)
) STRICT;
INSERT INTO "contacts" VALUES(1,24,'CUSTOMER','Asha Stores','Asha Stores',NULL,NULL,NULL,'UNREGISTERED',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'[]',30,50000,NULL,'INR','ACTIVE','asha stores',1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
CREATE TABLE cost_centers (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  is_active INTEGER NOT NULL CONSTRAINT cost_centers_is_active_ck CHECK (is_active >= 0 AND is_active <= 1),
  created_time TEXT NOT NULL CONSTRAINT cost_centers_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT cost_centers_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT cost_centers_pk PRIMARY KEY (org_id, id)
) STRICT;
CREATE TABLE credit_notes (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  number TEXT NOT NULL,
  status TEXT NOT NULL,
  type TEXT NOT NULL,
  date TEXT NOT NULL CONSTRAINT credit_notes_date_ck CHECK (length(date) = 10),
  invoice_id INTEGER,
  reason TEXT,
  reverse_tds INTEGER NOT NULL CONSTRAINT credit_notes_reverse_tds_ck CHECK (reverse_tds >= 0 AND reverse_tds <= 1),
  customer_id INTEGER NOT NULL,
  customer_name TEXT NOT NULL,
  customer_gstin TEXT,
  customer_treatment TEXT NOT NULL,
  customer_state TEXT,
  place_of_supply TEXT NOT NULL,
  branch_id INTEGER NOT NULL,
  currency_code TEXT NOT NULL,
  exchange_rate INTEGER NOT NULL CONSTRAINT credit_notes_exchange_rate_ck CHECK (exchange_rate >= 1),
  reference_number TEXT,
  series TEXT,
  salesperson_id INTEGER,
  is_discount_before_tax INTEGER NOT NULL CONSTRAINT credit_notes_is_discount_before_tax_ck CHECK (is_discount_before_tax >= 0 AND is_discount_before_tax <= 1),
  is_inclusive_tax INTEGER NOT NULL CONSTRAINT credit_notes_is_inclusive_tax_ck CHECK (is_inclusive_tax >= 0 AND is_inclusive_tax <= 1),
  shipping_charge INTEGER NOT NULL CONSTRAINT credit_notes_shipping_charge_ck CHECK (shipping_charge >= 0 AND shipping_charge <= 1000000000000000),
  adjustment INTEGER NOT NULL CONSTRAINT credit_notes_adjustment_ck CHECK (adjustment >= -1000000000000000 AND adjustment <= 1000000000000000),
  tds_rate INTEGER CONSTRAINT credit_notes_tds_rate_ck CHECK (tds_rate >= 0 AND tds_rate <= 100000000),
  tds_section TEXT,
  export TEXT,
  notes TEXT,
  terms TEXT,
  custom_fields TEXT,
  discount_given TEXT,
  tds_given INTEGER CONSTRAINT credit_notes_tds_given_ck CHECK (tds_given >= -1000000000000000 AND tds_given <= 1000000000000000),
  round_off_given INTEGER CONSTRAINT credit_notes_round_off_given_ck CHECK (round_off_given >= -1000000000000000 AND round_off_given <= 1000000000000000),
  with_payment INTEGER NOT NULL CONSTRAINT credit_notes_with_payment_ck CHECK (with_payment >= 0 AND with_payment <= 1),
  tags TEXT NOT NULL,
  sub_total INTEGER NOT NULL CONSTRAINT credit_notes_sub_total_ck CHECK (sub_total >= -1000000000000000 AND sub_total <= 1000000000000000),
  discount INTEGER NOT NULL CONSTRAINT credit_notes_discount_ck CHECK (discount >= -1000000000000000 AND discount <= 1000000000000000),
  taxable INTEGER NOT NULL CONSTRAINT credit_notes_taxable_ck CHECK (taxable >= -1000000000000000 AND taxable <= 1000000000000000),
  cgst_total INTEGER NOT NULL CONSTRAINT credit_notes_cgst_total_ck CHECK (cgst_total >= -1000000000000000 AND cgst_total <= 1000000000000000),
  sgst_total INTEGER NOT NULL CONSTRAINT credit_notes_sgst_total_ck CHECK (sgst_total >= -1000000000000000 AND sgst_total <= 1000000000000000),
  igst_total INTEGER NOT NULL CONSTRAINT credit_notes_igst_total_ck CHECK (igst_total >= -1000000000000000 AND igst_total <= 1000000000000000),
  cess_total INTEGER NOT NULL CONSTRAINT credit_notes_cess_total_ck CHECK (cess_total >= -1000000000000000 AND cess_total <= 1000000000000000),
  tax_total INTEGER NOT NULL CONSTRAINT credit_notes_tax_total_ck CHECK (tax_total >= -1000000000000000 AND tax_total <= 1000000000000000),
  tds_amount INTEGER NOT NULL CONSTRAINT credit_notes_tds_amount_ck CHECK (tds_amount >= -1000000000000000 AND tds_amount <= 1000000000000000),
  round_off INTEGER NOT NULL CONSTRAINT credit_notes_round_off_ck CHECK (round_off >= -1000000000000000 AND round_off <= 1000000000000000),
  total INTEGER NOT NULL CONSTRAINT credit_notes_total_ck CHECK (total >= -1000000000000000 AND total <= 1000000000000000),
  booked INTEGER NOT NULL CONSTRAINT credit_notes_booked_ck CHECK (booked >= -1000000000000000 AND booked <= 1000000000000000),
  entry INTEGER,
  version INTEGER NOT NULL CONSTRAINT credit_notes_version_ck CHECK (version >= 1),
  lines_version INTEGER NOT NULL CONSTRAINT credit_notes_lines_version_ck CHECK (lines_version >= 1),
  search TEXT NOT NULL,
  approved_at TEXT CONSTRAINT credit_notes_approved_at_ck CHECK (length(approved_at) = 27),
  voided_at TEXT CONSTRAINT credit_notes_voided_at_ck CHECK (length(voided_at) = 27),
  created_time TEXT NOT NULL CONSTRAINT credit_notes_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT credit_notes_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  credits_applied INTEGER NOT NULL CONSTRAINT credit_notes_credits_applied_ck CHECK (credits_applied >= 0 AND credits_applied <= 1000000000000000),
  refunded_amount INTEGER NOT NULL CONSTRAINT credit_notes_refunded_amount_ck CHECK (refunded_amount >= 0 AND refunded_amount <= 1000000000000000),
  CONSTRAINT credit_notes_pk PRIMARY KEY (org_id, id),
  CONSTRAINT credit_notes_credits_applied_within CHECK (credits_applied >= 0 AND refunded_amount >= 0 AND credits_applied + refunded_amount <= total),
  CONSTRAINT credit_notes_invoice_id_fk FOREIGN KEY (org_id, invoice_id) REFERENCES invoices (org_id, id),
  CONSTRAINT credit_notes_customer_id_fk FOREIGN KEY (org_id, customer_id) REFERENCES contacts (org_id, id),
  CONSTRAINT credit_notes_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id),
  CONSTRAINT credit_notes_salesperson_id_fk FOREIGN KEY (org_id, salesperson_id) REFERENCES salespersons (org_id, id),
  CONSTRAINT credit_notes_entry_fk FOREIGN KEY (org_id, entry) REFERENCES entries (org_id, seq)
) STRICT;
INSERT INTO "credit_notes" VALUES(1,33,'CN-2627-001','ISSUED','CUSTOMER','2026-05-21',28,NULL,1,24,'Asha Stores',NULL,'UNREGISTERED',NULL,'IN-KA',3,'INR',100000000,NULL,NULL,NULL,1,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,'[]',25000,0,25000,2250,2250,0,0,4500,2500,0,27000,27000,3,2,1,'cn-2627-001 asha stores','2026-11-20T06:00:00.000000Z',NULL,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z',27000,0);
CREATE TABLE currencies (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  currency_code TEXT NOT NULL,
  name TEXT NOT NULL,
  symbol TEXT NOT NULL,
  decimal_places INTEGER NOT NULL,
  is_base INTEGER NOT NULL CONSTRAINT currencies_is_base_ck CHECK (is_base >= 0 AND is_base <= 1),
  created_time TEXT NOT NULL CONSTRAINT currencies_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT currencies_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT currencies_pk PRIMARY KEY (org_id, id)
) STRICT;
INSERT INTO "currencies" VALUES(1,21,'INR','Indian Rupee','₹',2,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
CREATE TABLE document_lines (
  org_id INTEGER NOT NULL,
  document_id INTEGER NOT NULL,
  version INTEGER NOT NULL CONSTRAINT document_lines_version_ck CHECK (version >= 1),
  line_no INTEGER NOT NULL CONSTRAINT document_lines_line_no_ck CHECK (line_no >= 1 AND line_no <= 500),
  item_id INTEGER,
  name TEXT,
  description TEXT,
  hsn_or_sac TEXT,
  quantity INTEGER NOT NULL CONSTRAINT document_lines_quantity_ck CHECK (quantity >= 1 AND quantity <= 1000000000000000),
  unit TEXT,
  tax_id INTEGER,
  rate INTEGER NOT NULL,
  discount_given TEXT,
  discount INTEGER NOT NULL CONSTRAINT document_lines_discount_ck CHECK (discount >= -1000000000000000 AND discount <= 1000000000000000),
  account INTEGER,
  tags TEXT NOT NULL,
  tax_percentage INTEGER NOT NULL,
  item_total INTEGER NOT NULL CONSTRAINT document_lines_item_total_ck CHECK (item_total >= -1000000000000000 AND item_total <= 1000000000000000),
  taxable INTEGER NOT NULL CONSTRAINT document_lines_taxable_ck CHECK (taxable >= -1000000000000000 AND taxable <= 1000000000000000),
  cgst INTEGER NOT NULL CONSTRAINT document_lines_cgst_ck CHECK (cgst >= -1000000000000000 AND cgst <= 1000000000000000),
  sgst INTEGER NOT NULL CONSTRAINT document_lines_sgst_ck CHECK (sgst >= -1000000000000000 AND sgst <= 1000000000000000),
  igst INTEGER NOT NULL CONSTRAINT document_lines_igst_ck CHECK (igst >= -1000000000000000 AND igst <= 1000000000000000),
  cess INTEGER NOT NULL CONSTRAINT document_lines_cess_ck CHECK (cess >= -1000000000000000 AND cess <= 1000000000000000),
  restock INTEGER NOT NULL CONSTRAINT document_lines_restock_ck CHECK (restock >= 0 AND restock <= 1),
  CONSTRAINT document_lines_pk PRIMARY KEY (org_id, document_id, version, line_no),
  CONSTRAINT document_lines_item_id_fk FOREIGN KEY (org_id, item_id) REFERENCES items (org_id, id),
  CONSTRAINT document_lines_tax_id_fk FOREIGN KEY (org_id, tax_id) REFERENCES taxes (org_id, id),
  CONSTRAINT document_lines_account_fk FOREIGN KEY (org_id, account) REFERENCES accounts (org_id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "document_lines" VALUES(1,28,1,1,26,'Chair','Chair',NULL,4000000,'NOS',8,250000000,NULL,0,24,'[]',18000000,100000,100000,9000,9000,0,0,0);
INSERT INTO "document_lines" VALUES(1,28,1,2,NULL,'Carriage',NULL,NULL,1000000,NULL,16,100000000,NULL,0,24,'[]',5000000,10000,10000,0,0,0,0,0);
INSERT INTO "document_lines" VALUES(1,31,1,1,26,'Chair','Chair',NULL,1000000,'NOS',8,250000000,NULL,0,24,'[]',18000000,25000,25000,0,0,4500,0,0);
INSERT INTO "document_lines" VALUES(1,33,1,1,26,'Chair','Chair',NULL,1000000,'NOS',8,250000000,NULL,0,24,'[]',18000000,25000,25000,2250,2250,0,0,1);
INSERT INTO "document_lines" VALUES(1,42,1,1,NULL,'x',NULL,NULL,1000000,NULL,NULL,10000000,NULL,0,24,'[]',0,1000,1000,0,0,0,0,0);
CREATE TABLE document_versions (
  org_id INTEGER NOT NULL,
  document_id INTEGER NOT NULL,
  version INTEGER NOT NULL CONSTRAINT document_versions_version_ck CHECK (version >= 1),
  kind TEXT NOT NULL,
  row TEXT NOT NULL,
  superseded_at TEXT NOT NULL CONSTRAINT document_versions_superseded_at_ck CHECK (length(superseded_at) = 27),
  CONSTRAINT document_versions_pk PRIMARY KEY (org_id, document_id, version)
) STRICT;
CREATE TABLE entries (
  org_id INTEGER NOT NULL,
  seq INTEGER NOT NULL CONSTRAINT entries_seq_ck CHECK (seq >= 1),
  number TEXT NOT NULL,
  date TEXT NOT NULL CONSTRAINT entries_date_ck CHECK (length(date) = 10),
  source TEXT NOT NULL,
  source_id INTEGER,
  memo TEXT,
  reference_number TEXT,
  contact_id INTEGER,
  branch_id INTEGER NOT NULL,
  reversal_of INTEGER,
  cause TEXT NOT NULL,
  lines INTEGER NOT NULL CONSTRAINT entries_lines_ck CHECK (lines >= 2),
  recorded_at TEXT NOT NULL CONSTRAINT entries_recorded_at_ck CHECK (length(recorded_at) = 27),
  hash BLOB NOT NULL CONSTRAINT entries_hash_ck CHECK (length(hash) = 32),
  CONSTRAINT entries_pk PRIMARY KEY (org_id, seq),
  CONSTRAINT entries_contact_id_fk FOREIGN KEY (org_id, contact_id) REFERENCES contacts (org_id, id),
  CONSTRAINT entries_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id),
  CONSTRAINT entries_reversal_of_fk FOREIGN KEY (org_id, reversal_of) REFERENCES entries (org_id, seq)
) STRICT;
INSERT INTO "entries" VALUES(1,1,'JE-2627-001','2026-11-20','OPENING',24,'Opening balance of Asha Stores',NULL,24,3,NULL,'POST',2,'2026-11-20T06:00:00.000000Z',X'532C34959C884B336CF7ED0ABCDAEF220E5DAF4796C7B9DDB6A05E15801EC3AF');
INSERT INTO "entries" VALUES(1,2,'JE-2627-002','2026-05-19','INVOICE',28,'Invoice INV-2627-001 to Asha Stores',NULL,24,3,NULL,'POST',5,'2026-11-20T06:00:00.000000Z',X'2AB48DCE2979373736A477510B91049811F317AAAF39A070E71A11683D70FFFF');
INSERT INTO "entries" VALUES(1,3,'JE-2627-003','2026-05-21','CREDIT_NOTE',33,'Credit note CN-2627-001 to Asha Stores',NULL,24,3,NULL,'POST',5,'2026-11-20T06:00:00.000000Z',X'6D0F985AAF564BDFACCF54D7114E371328825376B1B55AC90D4466358478144A');
INSERT INTO "entries" VALUES(1,4,'JE-2627-004','2026-05-22','PAYMENT',38,'Receipt PAY-2627-001, Asha Stores',NULL,24,3,NULL,'POST',2,'2026-11-20T06:00:00.000000Z',X'CC5347C0068D28AA57ABDA0DBA27EF282A7ED6AD0F8E4B7D530BBB8D7345D4E1');
INSERT INTO "entries" VALUES(1,5,'JE-2627-005','2026-05-23','INVOICE',42,'Invoice INV-2627-003 to Asha Stores',NULL,24,3,NULL,'POST',2,'2026-11-20T06:00:00.000000Z',X'75ECD69746407485C985E96C49DFC9D9D3BEDAAF28C9202F720AAD6E8C7467B0');
INSERT INTO "entries" VALUES(1,6,'JE-2627-006','2026-05-23','REVERSAL',42,'Void of invoice INV-2627-003',NULL,24,3,5,'VOID',2,'2026-11-20T06:00:00.000000Z',X'E0AE81589FD01D4A2701E5B61604D31C20BA6F8FDB5709346FDF34F8FA6172C8');
CREATE TABLE events (
  org_id INTEGER NOT NULL,
  seq INTEGER NOT NULL CONSTRAINT events_seq_ck CHECK (seq >= 1),
  id INTEGER NOT NULL,
  occurred_at TEXT NOT NULL CONSTRAINT events_occurred_at_ck CHECK (length(occurred_at) = 27),
  event_type TEXT,
  action TEXT,
  entity_type TEXT NOT NULL,
  entity_id INTEGER NOT NULL,
  entity_ref TEXT,
  user_id INTEGER,
  token_id INTEGER,
  client_id TEXT,
  source TEXT NOT NULL,
  request_id TEXT,
  ip TEXT,
  user_agent TEXT,
  changes TEXT,
  data TEXT,
  hash BLOB NOT NULL CONSTRAINT events_hash_ck CHECK (length(hash) = 32),
  CONSTRAINT events_pk PRIMARY KEY (org_id, seq)
) STRICT;
INSERT INTO "events" VALUES(1,1,22,'2026-11-20T06:00:00.000000Z',NULL,'ORGANISATION_CREATED','ORGANISATION',1,'Acme Traders',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,NULL,'{"id":"00000000-0000-8000-8845-a7ed464495a8","name":"Acme Traders","state":"IN-KA","gstin":null}',X'28AF4803E5E8C7223E6749CC8B014EE4DABACE0513708BE778AE037199B85A59');
INSERT INTO "events" VALUES(1,2,23,'2026-11-20T06:00:00.000000Z',NULL,'MEMBERSHIP_ADDED','USER',2,NULL,NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,'{"role":{"old":null,"new":"ADMIN"}}',NULL,X'B851D10B6F9797C4AC1EDE7B73BEA6F96FF26334B9D957E9C992B00714B0D9CF');
INSERT INTO "events" VALUES(1,3,25,'2026-11-20T06:00:00.000000Z','CONTACT_CREATED','CONTACT_CREATED','CONTACT',24,'Asha Stores',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,NULL,'{"id":"ct_000000000000800383aee51abb760f7d","name":"Asha Stores"}',X'6E8E93BC8D55841904E3491ECB004DE1F5BB902C2F1A8E51832E7A1F8427064D');
INSERT INTO "events" VALUES(1,4,27,'2026-11-20T06:00:00.000000Z','ITEM_CREATED','ITEM_CREATED','ITEM',26,'Chair',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,NULL,'{"id":"it_000000000000800391f9e5945f9c436c","name":"Chair"}',X'ADD3FAD5BB27C851B639F951760AB172CEDA752EC8BDCB975BD79ED5BE4F15BC');
INSERT INTO "events" VALUES(1,5,29,'2026-11-20T06:00:00.000000Z','INVOICE_CREATED','INVOICE_CREATED','INVOICE',28,'INV-2627-001',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,NULL,'{"id":"inv_0000000000008003a0619f4d1f709750","number":"INV-2627-001","customer_id":"ct_000000000000800383aee51abb760f7d","total":1170.00,"status":"OVERDUE"}',X'11C88104DBEC53E0E43605C7268E51589134E92F542D4E43C3174BB2E0DB685B');
INSERT INTO "events" VALUES(1,6,30,'2026-11-20T06:00:00.000000Z','INVOICE_APPROVED',NULL,'INVOICE',28,'INV-2627-001',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,NULL,'{"id":"inv_0000000000008003a0619f4d1f709750","number":"INV-2627-001","customer_id":"ct_000000000000800383aee51abb760f7d","total":1170.00,"status":"OVERDUE"}',X'C32EE94AC63E1127929AEFDD8EFE680DE7A84A0BD0BA2CC0AD50BB29FDA58435');
INSERT INTO "events" VALUES(1,7,32,'2026-11-20T06:00:00.000000Z','INVOICE_CREATED','INVOICE_CREATED','INVOICE',31,'INV-2627-002',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,NULL,'{"id":"inv_0000000000008003b85c47d3d0c24988","number":"INV-2627-002","customer_id":"ct_000000000000800383aee51abb760f7d","total":295.00,"status":"DRAFT"}',X'E6AF09FC3EFD13230177A80C82A1152B734B8623EFCD32CD99583BFC17646E16');
INSERT INTO "events" VALUES(1,8,34,'2026-11-20T06:00:00.000000Z','CREDIT_NOTE_CREATED','CREDIT_NOTE_CREATED','CREDIT_NOTE',33,'CN-2627-001',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,NULL,'{"id":"cn_00000000000080048ef734c8eedd458f","number":"CN-2627-001","customer_id":"ct_000000000000800383aee51abb760f7d","total":270.00,"status":"ISSUED"}',X'4BCF21140507719AE1179A35D615776001666509DAA187D1F03FF0236452D02C');
INSERT INTO "events" VALUES(1,9,36,'2026-11-20T06:00:00.000000Z','CREDIT_NOTE_APPLIED','CREDIT_NOTE_UPDATED','CREDIT_NOTE',33,'CN-2627-001',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,'{"credits_remaining":{"old":270.00,"new":0.00},"status":{"old":"ISSUED","new":"APPLIED"}}','{"id":"cn_00000000000080048ef734c8eedd458f","number":"CN-2627-001","customer_id":"ct_000000000000800383aee51abb760f7d","total":270.00,"status":"APPLIED"}',X'BCA04C5A850666E5AF37DD9FE478BD2C0E9421681EE0543A774A741B6E0B72B5');
INSERT INTO "events" VALUES(1,10,37,'2026-11-20T06:00:00.000000Z','INVOICE_PARTIALLY_PAID','INVOICE_PARTIALLY_PAID','INVOICE',28,'INV-2627-001',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,'{"balance":{"old":1170.00,"new":900.00},"status":{"old":"OVERDUE","new":"PARTIALLY_PAID"}}','{"id":"inv_0000000000008003a0619f4d1f709750","number":"INV-2627-001","customer_id":"ct_000000000000800383aee51abb760f7d","total":1170.00,"status":"PARTIALLY_PAID"}',X'AF3A142EB7E1B8CB235BB7380241C986FC78101311BCAB533E4D4B9110BD9FAD');
INSERT INTO "events" VALUES(1,11,40,'2026-11-20T06:00:00.000000Z','PAYMENT_RECEIVED','PAYMENT_CREATED','PAYMENT',38,'PAY-2627-001',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,NULL,'{"id":"00000000-0000-8004-b44a-dcc83d93814c","number":"PAY-2627-001","flow":"INCOMING","contact_id":"ct_000000000000800383aee51abb760f7d","amount":300.00,"total":300.00,"status":"RECORDED"}',X'D6274A3F1DDBF1392DCEC0AA1E7F9B4C70CE9BF72D05903F3AB55BA71CC43ACA');
INSERT INTO "events" VALUES(1,12,41,'2026-11-20T06:00:00.000000Z','INVOICE_PARTIALLY_PAID','INVOICE_PARTIALLY_PAID','INVOICE',28,'INV-2627-001',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,'{"balance":{"old":900.00,"new":700.00}}','{"id":"inv_0000000000008003a0619f4d1f709750","number":"INV-2627-001","customer_id":"ct_000000000000800383aee51abb760f7d","total":1170.00,"status":"PARTIALLY_PAID"}',X'06FAA502C2121607CD6464E1F7F0A09B59010AA0B8727B9203ABD60B5A1F7B66');
INSERT INTO "events" VALUES(1,13,43,'2026-11-20T06:00:00.000000Z','INVOICE_CREATED','INVOICE_CREATED','INVOICE',42,'INV-2627-003',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,NULL,'{"id":"inv_000000000000800593f59d9ca564f7e1","number":"INV-2627-003","customer_id":"ct_000000000000800383aee51abb760f7d","total":10.00,"status":"OVERDUE"}',X'2658CA8D7A28F5DF044676DA8DE2368DA6EBA361F048228AC98B3C854DC92ABE');
INSERT INTO "events" VALUES(1,14,44,'2026-11-20T06:00:00.000000Z','INVOICE_APPROVED',NULL,'INVOICE',42,'INV-2627-003',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,NULL,'{"id":"inv_000000000000800593f59d9ca564f7e1","number":"INV-2627-003","customer_id":"ct_000000000000800383aee51abb760f7d","total":10.00,"status":"OVERDUE"}',X'1501EB54FF76D308F793D103B681D4366220CED1689DEDE10330D612E87F2907');
INSERT INTO "events" VALUES(1,15,45,'2026-11-20T06:00:00.000000Z','INVOICE_VOIDED','INVOICE_VOIDED','INVOICE',42,'INV-2627-003',NULL,NULL,NULL,'DASHBOARD',NULL,NULL,NULL,'{"status":{"old":"OVERDUE","new":"CANCELLED"}}','{"id":"inv_000000000000800593f59d9ca564f7e1","number":"INV-2627-003","customer_id":"ct_000000000000800383aee51abb760f7d","total":10.00,"status":"CANCELLED"}',X'A346CD0250B5D72F59A77C109249B772F1AB9A0E02904173F4EE3C608AB2FEB0');
CREATE TABLE exchange_rates (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  from_currency TEXT NOT NULL,
  to_currency TEXT NOT NULL,
  rate INTEGER NOT NULL CONSTRAINT exchange_rates_rate_ck CHECK (rate >= 1 AND rate <= 1000000000000000),
  rate_date TEXT NOT NULL CONSTRAINT exchange_rates_rate_date_ck CHECK (length(rate_date) = 10),
  source TEXT NOT NULL,
  created_time TEXT NOT NULL CONSTRAINT exchange_rates_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT exchange_rates_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT exchange_rates_pk PRIMARY KEY (org_id, id)
) STRICT;
CREATE TABLE heads (
  org_id INTEGER NOT NULL,
  entry_seq INTEGER NOT NULL CONSTRAINT heads_entry_seq_ck CHECK (entry_seq >= 0),
  entry_hash BLOB NOT NULL CONSTRAINT heads_entry_hash_ck CHECK (length(entry_hash) = 32),
  event_seq INTEGER NOT NULL CONSTRAINT heads_event_seq_ck CHECK (event_seq >= 0),
  event_hash BLOB NOT NULL CONSTRAINT heads_event_hash_ck CHECK (length(event_hash) = 32),
  locked_through TEXT CONSTRAINT heads_locked_through_ck CHECK (length(locked_through) = 10),
  settings_version INTEGER NOT NULL CONSTRAINT heads_settings_version_ck CHECK (settings_version >= 1),
  CONSTRAINT heads_pk PRIMARY KEY (org_id)
) STRICT;
INSERT INTO "heads" VALUES(1,6,X'E0AE81589FD01D4A2701E5B61604D31C20BA6F8FDB5709346FDF34F8FA6172C8',15,X'A346CD0250B5D72F59A77C109249B772F1AB9A0E02904173F4EE3C608AB2FEB0',NULL,1);
CREATE TABLE invoices (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  number TEXT NOT NULL,
  status TEXT NOT NULL,
  date TEXT NOT NULL CONSTRAINT invoices_date_ck CHECK (length(date) = 10),
  due_date TEXT NOT NULL CONSTRAINT invoices_due_date_ck CHECK (length(due_date) = 10),
  customer_id INTEGER NOT NULL,
  customer_name TEXT NOT NULL,
  customer_gstin TEXT,
  customer_treatment TEXT NOT NULL,
  customer_state TEXT,
  place_of_supply TEXT NOT NULL,
  branch_id INTEGER NOT NULL,
  currency_code TEXT NOT NULL,
  exchange_rate INTEGER NOT NULL CONSTRAINT invoices_exchange_rate_ck CHECK (exchange_rate >= 1),
  reference_number TEXT,
  series TEXT,
  salesperson_id INTEGER,
  is_discount_before_tax INTEGER NOT NULL CONSTRAINT invoices_is_discount_before_tax_ck CHECK (is_discount_before_tax >= 0 AND is_discount_before_tax <= 1),
  is_inclusive_tax INTEGER NOT NULL CONSTRAINT invoices_is_inclusive_tax_ck CHECK (is_inclusive_tax >= 0 AND is_inclusive_tax <= 1),
  shipping_charge INTEGER NOT NULL CONSTRAINT invoices_shipping_charge_ck CHECK (shipping_charge >= 0 AND shipping_charge <= 1000000000000000),
  adjustment INTEGER NOT NULL CONSTRAINT invoices_adjustment_ck CHECK (adjustment >= -1000000000000000 AND adjustment <= 1000000000000000),
  tds_rate INTEGER CONSTRAINT invoices_tds_rate_ck CHECK (tds_rate >= 0 AND tds_rate <= 100000000),
  tds_section TEXT,
  export TEXT,
  notes TEXT,
  terms TEXT,
  custom_fields TEXT,
  discount_given TEXT,
  tds_given INTEGER CONSTRAINT invoices_tds_given_ck CHECK (tds_given >= -1000000000000000 AND tds_given <= 1000000000000000),
  round_off_given INTEGER CONSTRAINT invoices_round_off_given_ck CHECK (round_off_given >= -1000000000000000 AND round_off_given <= 1000000000000000),
  with_payment INTEGER NOT NULL CONSTRAINT invoices_with_payment_ck CHECK (with_payment >= 0 AND with_payment <= 1),
  tags TEXT NOT NULL,
  sub_total INTEGER NOT NULL CONSTRAINT invoices_sub_total_ck CHECK (sub_total >= -1000000000000000 AND sub_total <= 1000000000000000),
  discount INTEGER NOT NULL CONSTRAINT invoices_discount_ck CHECK (discount >= -1000000000000000 AND discount <= 1000000000000000),
  taxable INTEGER NOT NULL CONSTRAINT invoices_taxable_ck CHECK (taxable >= -1000000000000000 AND taxable <= 1000000000000000),
  cgst_total INTEGER NOT NULL CONSTRAINT invoices_cgst_total_ck CHECK (cgst_total >= -1000000000000000 AND cgst_total <= 1000000000000000),
  sgst_total INTEGER NOT NULL CONSTRAINT invoices_sgst_total_ck CHECK (sgst_total >= -1000000000000000 AND sgst_total <= 1000000000000000),
  igst_total INTEGER NOT NULL CONSTRAINT invoices_igst_total_ck CHECK (igst_total >= -1000000000000000 AND igst_total <= 1000000000000000),
  cess_total INTEGER NOT NULL CONSTRAINT invoices_cess_total_ck CHECK (cess_total >= -1000000000000000 AND cess_total <= 1000000000000000),
  tax_total INTEGER NOT NULL CONSTRAINT invoices_tax_total_ck CHECK (tax_total >= -1000000000000000 AND tax_total <= 1000000000000000),
  tds_amount INTEGER NOT NULL CONSTRAINT invoices_tds_amount_ck CHECK (tds_amount >= -1000000000000000 AND tds_amount <= 1000000000000000),
  round_off INTEGER NOT NULL CONSTRAINT invoices_round_off_ck CHECK (round_off >= -1000000000000000 AND round_off <= 1000000000000000),
  total INTEGER NOT NULL CONSTRAINT invoices_total_ck CHECK (total >= -1000000000000000 AND total <= 1000000000000000),
  booked INTEGER NOT NULL CONSTRAINT invoices_booked_ck CHECK (booked >= -1000000000000000 AND booked <= 1000000000000000),
  entry INTEGER,
  version INTEGER NOT NULL CONSTRAINT invoices_version_ck CHECK (version >= 1),
  lines_version INTEGER NOT NULL CONSTRAINT invoices_lines_version_ck CHECK (lines_version >= 1),
  search TEXT NOT NULL,
  approved_at TEXT CONSTRAINT invoices_approved_at_ck CHECK (length(approved_at) = 27),
  voided_at TEXT CONSTRAINT invoices_voided_at_ck CHECK (length(voided_at) = 27),
  created_time TEXT NOT NULL CONSTRAINT invoices_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT invoices_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  payment_made INTEGER NOT NULL CONSTRAINT invoices_payment_made_ck CHECK (payment_made >= 0 AND payment_made <= 1000000000000000),
  credits_applied INTEGER NOT NULL CONSTRAINT invoices_credits_applied_ck CHECK (credits_applied >= 0 AND credits_applied <= 1000000000000000),
  CONSTRAINT invoices_pk PRIMARY KEY (org_id, id),
  CONSTRAINT invoices_payment_made_within CHECK (payment_made >= 0 AND credits_applied >= 0 AND payment_made + credits_applied <= total),
  CONSTRAINT invoices_customer_id_fk FOREIGN KEY (org_id, customer_id) REFERENCES contacts (org_id, id),
  CONSTRAINT invoices_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id),
  CONSTRAINT invoices_salesperson_id_fk FOREIGN KEY (org_id, salesperson_id) REFERENCES salespersons (org_id, id),
  CONSTRAINT invoices_entry_fk FOREIGN KEY (org_id, entry) REFERENCES entries (org_id, seq)
) STRICT;
INSERT INTO "invoices" VALUES(1,28,'INV-2627-001','SENT','2026-05-19','2026-06-18',24,'Asha Stores',NULL,'UNREGISTERED',NULL,'IN-KA',3,'INR',100000000,NULL,NULL,NULL,1,0,0,0,10000000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,'[]',110000,0,110000,9000,9000,0,0,18000,11000,0,117000,117000,2,3,1,'inv-2627-001 asha stores','2026-11-20T06:00:00.000000Z',NULL,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z',20000,27000);
INSERT INTO "invoices" VALUES(1,31,'INV-2627-002','DRAFT','2026-05-20','2026-06-19',24,'Asha Stores',NULL,'UNREGISTERED',NULL,'IN-MH',3,'INR',100000000,NULL,NULL,NULL,1,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,'[]',25000,0,25000,0,0,4500,0,4500,0,0,29500,0,NULL,1,1,'inv-2627-002 asha stores',NULL,NULL,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z',0,0);
INSERT INTO "invoices" VALUES(1,42,'INV-2627-003','CANCELLED','2026-05-23','2026-06-22',24,'Asha Stores',NULL,'UNREGISTERED',NULL,'IN-KA',3,'INR',100000000,NULL,NULL,NULL,1,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,'[]',1000,0,1000,0,0,0,0,0,0,0,1000,1000,5,2,1,'inv-2627-003 asha stores','2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z',0,0);
CREATE TABLE items (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  item_name TEXT NOT NULL,
  sku TEXT,
  item_type TEXT NOT NULL,
  description TEXT,
  hsn_or_sac TEXT,
  unit TEXT,
  rate INTEGER NOT NULL CONSTRAINT items_rate_ck CHECK (rate >= 0 AND rate <= 1000000000000000000),
  purchase_rate INTEGER CONSTRAINT items_purchase_rate_ck CHECK (purchase_rate >= 0 AND purchase_rate <= 1000000000000000000),
  tax_id INTEGER,
  is_taxable INTEGER NOT NULL CONSTRAINT items_is_taxable_ck CHECK (is_taxable >= 0 AND is_taxable <= 1),
  track_inventory INTEGER NOT NULL CONSTRAINT items_track_inventory_ck CHECK (track_inventory >= 0 AND track_inventory <= 1),
  status TEXT NOT NULL,
  account_id INTEGER,
  purchase_account_id INTEGER,
  stock_on_hand INTEGER NOT NULL,
  search TEXT NOT NULL,
  created_time TEXT NOT NULL CONSTRAINT items_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT items_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT items_pk PRIMARY KEY (org_id, id),
  CONSTRAINT items_tax_id_fk FOREIGN KEY (org_id, tax_id) REFERENCES taxes (org_id, id),
  CONSTRAINT items_account_id_fk FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, number),
  CONSTRAINT items_purchase_account_id_fk FOREIGN KEY (org_id, purchase_account_id) REFERENCES accounts (org_id, number)
) STRICT;
INSERT INTO "items" VALUES(1,26,'Chair',NULL,'GOODS',NULL,NULL,'NOS',250000000,NULL,8,1,1,'ACTIVE',NULL,NULL,-3000000,'chair','2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
CREATE TABLE keys (
  org_id INTEGER NOT NULL,
  id BLOB NOT NULL CONSTRAINT keys_id_ck CHECK (length(id) = 32),
  fingerprint BLOB NOT NULL CONSTRAINT keys_fingerprint_ck CHECK (length(fingerprint) = 32),
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL CONSTRAINT keys_created_at_ck CHECK (length(created_at) = 27),
  CONSTRAINT keys_pk PRIMARY KEY (org_id, id)
) STRICT;
CREATE TABLE memberships (
  user_id INTEGER NOT NULL,
  org_id INTEGER NOT NULL,
  role TEXT NOT NULL,
  status TEXT NOT NULL,
  created_time TEXT NOT NULL CONSTRAINT memberships_created_time_ck CHECK (length(created_time) = 27),
  CONSTRAINT memberships_pk PRIMARY KEY (user_id, org_id)
) STRICT;
INSERT INTO "memberships" VALUES(2,1,'ADMIN','ACTIVE','2026-11-20T06:00:00.000000Z');
CREATE TABLE numbers (
  org_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  branch_id INTEGER NOT NULL,
  scope TEXT NOT NULL,
  year TEXT NOT NULL,
  prefix TEXT NOT NULL,
  serial INTEGER,
  document_id INTEGER NOT NULL,
  CONSTRAINT numbers_pk PRIMARY KEY (org_id, kind, number, branch_id),
  CONSTRAINT numbers_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "numbers" VALUES(1,'CREDIT_NOTE','CN-2627-001',3,'','2026-27','CN-',1,33);
INSERT INTO "numbers" VALUES(1,'INVOICE','INV-2627-001',3,'','2026-27','INV-',1,28);
INSERT INTO "numbers" VALUES(1,'INVOICE','INV-2627-002',3,'','2026-27','INV-',2,31);
INSERT INTO "numbers" VALUES(1,'INVOICE','INV-2627-003',3,'','2026-27','INV-',3,42);
INSERT INTO "numbers" VALUES(1,'PAYMENT','PAY-2627-001',3,'','2026-27','PAY-',1,38);
CREATE TABLE orgs (
  org_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  legal_name TEXT,
  state TEXT NOT NULL,
  gstin TEXT,
  is_sandbox INTEGER NOT NULL CONSTRAINT orgs_is_sandbox_ck CHECK (is_sandbox >= 0 AND is_sandbox <= 1),
  secret BLOB NOT NULL CONSTRAINT orgs_secret_ck CHECK (length(secret) = 32),
  preferences TEXT NOT NULL,
  created_time TEXT NOT NULL CONSTRAINT orgs_created_time_ck CHECK (length(created_time) = 27),
  CONSTRAINT orgs_pk PRIMARY KEY (org_id)
) STRICT;
INSERT INTO "orgs" VALUES(1,'Acme Traders',NULL,'IN-KA',NULL,0,X'8E6AC9E7363F2C82596A5048B6725B2BEB9C66BA9B3CBCC05EA795098180DEBD','{"roundInvoiceTotals":false,"roundBillTotals":false,"roundingMethod":"nearest","taxRounding":"paise","taxRoundingLevel":"line","tdsRounding":"paise","validateGstinChecksum":false,"exportsUnderLut":false,"pdfTemplate":"classic","financialYearStartMonth":4}','2026-11-20T06:00:00.000000Z');
CREATE TABLE payments (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  number TEXT NOT NULL,
  status TEXT NOT NULL,
  flow TEXT NOT NULL,
  payment_type TEXT NOT NULL,
  contact_id INTEGER NOT NULL,
  date TEXT NOT NULL CONSTRAINT payments_date_ck CHECK (length(date) = 10),
  amount INTEGER NOT NULL CONSTRAINT payments_amount_ck CHECK (amount >= 1 AND amount <= 1000000000000000),
  mode TEXT NOT NULL,
  reference_number TEXT,
  description TEXT,
  bank_charges INTEGER NOT NULL CONSTRAINT payments_bank_charges_ck CHECK (bank_charges >= 0 AND bank_charges <= 1000000000000000),
  tds_amount INTEGER NOT NULL CONSTRAINT payments_tds_amount_ck CHECK (tds_amount >= 0 AND tds_amount <= 1000000000000000),
  tds_section TEXT,
  credit_note_id INTEGER,
  contact_name TEXT NOT NULL,
  bank_account INTEGER NOT NULL,
  branch_id INTEGER NOT NULL,
  currency_code TEXT NOT NULL,
  exchange_rate INTEGER NOT NULL CONSTRAINT payments_exchange_rate_ck CHECK (exchange_rate >= 1),
  settles INTEGER NOT NULL CONSTRAINT payments_settles_ck CHECK (settles >= 0 AND settles <= 1000000000000000),
  applied INTEGER NOT NULL CONSTRAINT payments_applied_ck CHECK (applied >= 0 AND applied <= 1000000000000000),
  refunded INTEGER NOT NULL CONSTRAINT payments_refunded_ck CHECK (refunded >= 0 AND refunded <= 1000000000000000),
  booked INTEGER NOT NULL CONSTRAINT payments_booked_ck CHECK (booked >= 0 AND booked <= 1000000000000000),
  entry INTEGER NOT NULL,
  version INTEGER NOT NULL CONSTRAINT payments_version_ck CHECK (version >= 1),
  voided_at TEXT CONSTRAINT payments_voided_at_ck CHECK (length(voided_at) = 27),
  created_time TEXT NOT NULL CONSTRAINT payments_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT payments_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT payments_pk PRIMARY KEY (org_id, id),
  CONSTRAINT payments_applied_within CHECK (applied >= 0 AND refunded >= 0 AND applied + refunded <= settles),
  CONSTRAINT payments_contact_id_fk FOREIGN KEY (org_id, contact_id) REFERENCES contacts (org_id, id),
  CONSTRAINT payments_credit_note_id_fk FOREIGN KEY (org_id, credit_note_id) REFERENCES credit_notes (org_id, id),
  CONSTRAINT payments_bank_account_fk FOREIGN KEY (org_id, bank_account) REFERENCES accounts (org_id, number),
  CONSTRAINT payments_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id),
  CONSTRAINT payments_entry_fk FOREIGN KEY (org_id, entry) REFERENCES entries (org_id, seq)
) STRICT;
INSERT INTO "payments" VALUES(1,38,'PAY-2627-001','RECORDED','INCOMING','REGULAR',24,'2026-05-22',30000,'UPI',NULL,NULL,0,0,NULL,NULL,'Asha Stores',1,3,'INR',100000000,30000,20000,0,30000,4,1,NULL,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
CREATE TABLE postings (
  org_id INTEGER NOT NULL,
  entry INTEGER NOT NULL,
  line INTEGER NOT NULL CONSTRAINT postings_line_ck CHECK (line >= 1),
  account INTEGER NOT NULL,
  day TEXT NOT NULL CONSTRAINT postings_day_ck CHECK (length(day) = 10),
  amount INTEGER NOT NULL CONSTRAINT postings_amount_ck CHECK (amount >= -1000000000000000 AND amount <= 1000000000000000),
  branch_id INTEGER NOT NULL,
  contact_id INTEGER,
  rule TEXT NOT NULL,
  description TEXT,
  tags TEXT,
  CONSTRAINT postings_pk PRIMARY KEY (org_id, entry, line),
  CONSTRAINT postings_entry_fk FOREIGN KEY (org_id, entry) REFERENCES entries (org_id, seq) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT postings_account_fk FOREIGN KEY (org_id, account) REFERENCES accounts (org_id, number),
  CONSTRAINT postings_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id),
  CONSTRAINT postings_contact_id_fk FOREIGN KEY (org_id, contact_id) REFERENCES contacts (org_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "postings" VALUES(1,1,1,3,'2026-11-20',50000,3,24,'opening.contact',NULL,NULL);
INSERT INTO "postings" VALUES(1,1,2,23,'2026-11-20',-50000,3,NULL,'opening.equity',NULL,NULL);
INSERT INTO "postings" VALUES(1,2,1,3,'2026-05-19',117000,3,24,'sale.receivable',NULL,NULL);
INSERT INTO "postings" VALUES(1,2,2,24,'2026-05-19',-110000,3,NULL,'sale.income',NULL,NULL);
INSERT INTO "postings" VALUES(1,2,3,12,'2026-05-19',-9000,3,NULL,'sale.output_cgst',NULL,NULL);
INSERT INTO "postings" VALUES(1,2,4,13,'2026-05-19',-9000,3,NULL,'sale.output_sgst',NULL,NULL);
INSERT INTO "postings" VALUES(1,2,5,9,'2026-05-19',11000,3,NULL,'sale.tds',NULL,NULL);
INSERT INTO "postings" VALUES(1,3,1,3,'2026-05-21',-27000,3,24,'credit_note.receivable',NULL,NULL);
INSERT INTO "postings" VALUES(1,3,2,24,'2026-05-21',25000,3,NULL,'credit_note.income',NULL,NULL);
INSERT INTO "postings" VALUES(1,3,3,12,'2026-05-21',2250,3,NULL,'credit_note.output_cgst',NULL,NULL);
INSERT INTO "postings" VALUES(1,3,4,13,'2026-05-21',2250,3,NULL,'credit_note.output_sgst',NULL,NULL);
INSERT INTO "postings" VALUES(1,3,5,9,'2026-05-21',-2500,3,NULL,'credit_note.tds',NULL,NULL);
INSERT INTO "postings" VALUES(1,4,1,1,'2026-05-22',30000,3,NULL,'receipt.bank',NULL,NULL);
INSERT INTO "postings" VALUES(1,4,2,3,'2026-05-22',-30000,3,24,'receipt.receivable',NULL,NULL);
INSERT INTO "postings" VALUES(1,5,1,3,'2026-05-23',1000,3,24,'sale.receivable',NULL,NULL);
INSERT INTO "postings" VALUES(1,5,2,24,'2026-05-23',-1000,3,NULL,'sale.income',NULL,NULL);
INSERT INTO "postings" VALUES(1,6,1,3,'2026-05-23',-1000,3,24,'sale.receivable',NULL,NULL);
INSERT INTO "postings" VALUES(1,6,2,24,'2026-05-23',1000,3,NULL,'sale.income',NULL,NULL);
CREATE TABLE salespersons (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  is_active INTEGER NOT NULL CONSTRAINT salespersons_is_active_ck CHECK (is_active >= 0 AND is_active <= 1),
  created_time TEXT NOT NULL CONSTRAINT salespersons_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT salespersons_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT salespersons_pk PRIMARY KEY (org_id, id)
) STRICT;
CREATE TABLE series (
  org_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  prefix TEXT NOT NULL,
  year TEXT NOT NULL,
  next_no INTEGER NOT NULL CONSTRAINT series_next_no_ck CHECK (next_no >= 1),
  CONSTRAINT series_pk PRIMARY KEY (org_id, kind, scope, prefix, year)
) STRICT, WITHOUT ROWID;
INSERT INTO "series" VALUES(1,'CREDIT_NOTE','','CN-','2026-27',2);
INSERT INTO "series" VALUES(1,'INVOICE','','INV-','2026-27',4);
INSERT INTO "series" VALUES(1,'JOURNAL','','JE-','2026-27',7);
INSERT INTO "series" VALUES(1,'PAYMENT','','PAY-','2026-27',2);
CREATE TABLE taxes (
  org_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  shape TEXT NOT NULL,
  cgst INTEGER NOT NULL CONSTRAINT taxes_cgst_ck CHECK (cgst >= 0 AND cgst <= 1000000000000000),
  sgst INTEGER NOT NULL CONSTRAINT taxes_sgst_ck CHECK (sgst >= 0 AND sgst <= 1000000000000000),
  igst INTEGER NOT NULL CONSTRAINT taxes_igst_ck CHECK (igst >= 0 AND igst <= 1000000000000000),
  cess INTEGER NOT NULL CONSTRAINT taxes_cess_ck CHECK (cess >= 0 AND cess <= 1000000000000000),
  valid_from TEXT CONSTRAINT taxes_valid_from_ck CHECK (length(valid_from) = 10),
  valid_to TEXT CONSTRAINT taxes_valid_to_ck CHECK (length(valid_to) = 10),
  is_active INTEGER NOT NULL CONSTRAINT taxes_is_active_ck CHECK (is_active >= 0 AND is_active <= 1),
  created_time TEXT NOT NULL CONSTRAINT taxes_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT NOT NULL CONSTRAINT taxes_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT taxes_pk PRIMARY KEY (org_id, id)
) STRICT;
INSERT INTO "taxes" VALUES(1,4,'GST 0.25%','INTRA_STATE',125000,125000,250000,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,5,'GST 3%','INTRA_STATE',1500000,1500000,3000000,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,6,'GST 5%','INTRA_STATE',2500000,2500000,5000000,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,7,'GST 12%','INTRA_STATE',6000000,6000000,12000000,0,'2017-07-01','2025-09-21',1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,8,'GST 18%','INTRA_STATE',9000000,9000000,18000000,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,9,'GST 28%','INTRA_STATE',14000000,14000000,28000000,0,'2017-07-01','2026-01-31',1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,10,'GST 40%','INTRA_STATE',20000000,20000000,40000000,0,'2025-09-22',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,11,'IGST 5%','INTER_STATE',2500000,2500000,5000000,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,12,'IGST 12%','INTER_STATE',6000000,6000000,12000000,0,'2017-07-01','2025-09-21',1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,13,'IGST 18%','INTER_STATE',9000000,9000000,18000000,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,14,'IGST 28%','INTER_STATE',14000000,14000000,28000000,0,'2017-07-01','2026-01-31',1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,15,'IGST 40%','INTER_STATE',20000000,20000000,40000000,0,'2025-09-22',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,16,'RCM 5%','RCM',2500000,2500000,5000000,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,17,'RCM 18%','RCM',9000000,9000000,18000000,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,18,'Exempt','EXEMPT',0,0,0,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,19,'Nil Rated','NIL_RATED',0,0,0,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
INSERT INTO "taxes" VALUES(1,20,'Non-GST','NON_GST',0,0,0,0,'2017-07-01',NULL,1,'2026-11-20T06:00:00.000000Z','2026-11-20T06:00:00.000000Z');
CREATE TABLE tokens (
  id INTEGER NOT NULL,
  digest BLOB NOT NULL CONSTRAINT tokens_digest_ck CHECK (length(digest) = 32),
  kind TEXT NOT NULL,
  user_id INTEGER NOT NULL,
  org_id INTEGER,
  client_id TEXT,
  scopes TEXT NOT NULL,
  tier TEXT NOT NULL,
  label TEXT NOT NULL,
  is_sandbox INTEGER NOT NULL CONSTRAINT tokens_is_sandbox_ck CHECK (is_sandbox >= 0 AND is_sandbox <= 1),
  created_time TEXT NOT NULL CONSTRAINT tokens_created_time_ck CHECK (length(created_time) = 27),
  expires_at TEXT CONSTRAINT tokens_expires_at_ck CHECK (length(expires_at) = 27),
  revoked_at TEXT CONSTRAINT tokens_revoked_at_ck CHECK (length(revoked_at) = 27),
  CONSTRAINT tokens_pk PRIMARY KEY (id)
) STRICT;
CREATE TABLE totals (
  org_id INTEGER NOT NULL,
  account INTEGER NOT NULL,
  branch_id INTEGER NOT NULL,
  month TEXT NOT NULL,
  debit INTEGER NOT NULL CONSTRAINT totals_debit_ck CHECK (debit >= 0),
  credit INTEGER NOT NULL CONSTRAINT totals_credit_ck CHECK (credit >= 0),
  CONSTRAINT totals_pk PRIMARY KEY (org_id, account, branch_id, month),
  CONSTRAINT totals_account_fk FOREIGN KEY (org_id, account) REFERENCES accounts (org_id, number),
  CONSTRAINT totals_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "totals" VALUES(1,1,3,'2026-05',30000,0);
INSERT INTO "totals" VALUES(1,3,3,'2026-05',118000,58000);
INSERT INTO "totals" VALUES(1,3,3,'2026-11',50000,0);
INSERT INTO "totals" VALUES(1,9,3,'2026-05',11000,2500);
INSERT INTO "totals" VALUES(1,12,3,'2026-05',2250,9000);
INSERT INTO "totals" VALUES(1,13,3,'2026-05',2250,9000);
INSERT INTO "totals" VALUES(1,23,3,'2026-11',0,50000);
INSERT INTO "totals" VALUES(1,24,3,'2026-05',26000,111000);
CREATE TABLE users (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  created_time TEXT NOT NULL CONSTRAINT users_created_time_ck CHECK (length(created_time) = 27),
  CONSTRAINT users_pk PRIMARY KEY (id)
) STRICT;
INSERT INTO "users" VALUES(2,'Acme Traders',NULL,'2026-11-20T06:00:00.000000Z');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX entries_reversal_uq ON entries (org_id, reversal_of) WHERE reversal_of IS NOT NULL;
CREATE INDEX entries_contact ON entries (org_id, contact_id, seq) WHERE contact_id IS NOT NULL;
CREATE INDEX postings_account ON postings (org_id, account, day, entry, line, amount, branch_id);
CREATE INDEX postings_contact ON postings (org_id, contact_id, day, entry, line, account, amount, branch_id) WHERE contact_id IS NOT NULL;
CREATE UNIQUE INDEX numbers_serial_uq ON numbers (org_id, kind, scope, prefix, year, serial) WHERE serial IS NOT NULL;
CREATE INDEX memberships_org ON memberships (org_id, role, user_id);
CREATE UNIQUE INDEX tokens_digest_uq ON tokens (digest);
CREATE INDEX tokens_user ON tokens (user_id, org_id);
CREATE INDEX allocations_source ON allocations (org_id, source_type, source_id, id);
CREATE INDEX allocations_target ON allocations (org_id, target_type, target_id, id);
CREATE UNIQUE INDEX branches_code_uq ON branches (org_id, code);
CREATE UNIQUE INDEX accounts_code_uq ON accounts (org_id, code);
CREATE UNIQUE INDEX taxes_name_uq ON taxes (org_id, name);
CREATE UNIQUE INDEX currencies_currency_code_uq ON currencies (org_id, currency_code);
CREATE UNIQUE INDEX cost_centers_name_uq ON cost_centers (org_id, name);
CREATE INDEX exchange_rates_latest ON exchange_rates (org_id, from_currency, to_currency, rate_date, id);
CREATE INDEX exchange_rates_newest ON exchange_rates (org_id, rate_date, id);
CREATE UNIQUE INDEX items_sku_uq ON items (org_id, sku) WHERE sku IS NOT NULL;
CREATE INDEX invoices_customer ON invoices (org_id, customer_id, id);
CREATE INDEX invoices_date ON invoices (org_id, date, id);
CREATE INDEX invoices_unposted ON invoices (org_id, status, id) WHERE status <> 'SENT';
CREATE INDEX invoices_reference ON invoices (org_id, reference_number, id) WHERE reference_number IS NOT NULL;
CREATE UNIQUE INDEX invoices_reference_number_uq ON invoices (org_id, customer_id, reference_number) WHERE reference_number IS NOT NULL AND status <> 'CANCELLED';
CREATE INDEX credit_notes_customer ON credit_notes (org_id, customer_id, id);
CREATE INDEX credit_notes_unposted ON credit_notes (org_id, status, id) WHERE status <> 'ISSUED';
CREATE INDEX credit_notes_invoice ON credit_notes (org_id, invoice_id, id) WHERE invoice_id IS NOT NULL;
CREATE INDEX payments_contact ON payments (org_id, contact_id, id);
CREATE INDEX payments_date ON payments (org_id, date, id);
CREATE INDEX payments_reference ON payments (org_id, reference_number, id) WHERE reference_number IS NOT NULL;
CREATE UNIQUE INDEX payments_reference_number_uq ON payments (org_id, contact_id, flow, date, amount, reference_number) WHERE reference_number IS NOT NULL AND voided_at IS NULL;
CREATE TRIGGER entries_balance BEFORE INSERT ON entries WHEN NOT EXISTS (SELECT COUNT(*) FROM postings WHERE org_id = NEW.org_id AND entry = NEW.seq HAVING SUM(amount) = 0 AND COUNT(*) = NEW.lines AND MAX(line) = NEW.lines AND MIN(ABS(amount)) > 0) BEGIN SELECT RAISE(ABORT, 'entry.unbalanced'); END;
CREATE TRIGGER postings_closed BEFORE INSERT ON postings WHEN EXISTS (SELECT 1 FROM entries WHERE org_id = NEW.org_id AND seq = NEW.entry) BEGIN SELECT RAISE(ABORT, 'entry.closed'); END;
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END;
CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries WHEN EXISTS (SELECT 1 FROM entries WHERE org_id = NEW.org_id AND seq = NEW.seq) OR EXISTS (SELECT 1 FROM entries WHERE org_id = NEW.org_id AND reversal_of = NEW.reversal_of) OR EXISTS (SELECT 1 FROM entries WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END;
CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'postings is append-only'); END;
CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'postings is append-only'); END;
CREATE TRIGGER postings_no_replace BEFORE INSERT ON postings WHEN EXISTS (SELECT 1 FROM postings WHERE org_id = NEW.org_id AND entry = NEW.entry AND line = NEW.line) BEGIN SELECT RAISE(ABORT, 'postings is append-only'); END;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events is append-only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events is append-only'); END;
CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE org_id = NEW.org_id AND seq = NEW.seq) OR EXISTS (SELECT 1 FROM events WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'events is append-only'); END;
CREATE TRIGGER document_versions_no_update BEFORE UPDATE ON document_versions BEGIN SELECT RAISE(ABORT, 'document_versions is append-only'); END;
CREATE TRIGGER document_versions_no_delete BEFORE DELETE ON document_versions BEGIN SELECT RAISE(ABORT, 'document_versions is append-only'); END;
CREATE TRIGGER document_versions_no_replace BEFORE INSERT ON document_versions WHEN EXISTS (SELECT 1 FROM document_versions WHERE org_id = NEW.org_id AND document_id = NEW.document_id AND version = NEW.version) OR EXISTS (SELECT 1 FROM document_versions WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'document_versions is append-only'); END;
COMMIT;
PRAGMA user_version = 25;
PRAGMA application_id = 1179209306;
