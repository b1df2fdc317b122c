BEGIN;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

CREATE TABLE IF NOT EXISTS finz_lock (id BIGINT NOT NULL CONSTRAINT finz_lock_pk PRIMARY KEY, edition BIGINT NOT NULL);

INSERT INTO finz_lock (id, edition) VALUES (1, 0) ON CONFLICT (id) DO NOTHING;

CREATE TABLE finz_migrations (name TEXT COLLATE "C" NOT NULL CONSTRAINT finz_migrations_pk PRIMARY KEY);

CREATE UNLOGGED TABLE finz_limits (bucket BYTEA NOT NULL CONSTRAINT finz_limits_pk PRIMARY KEY, since BIGINT NOT NULL, hits BIGINT NOT NULL);

CREATE TABLE orgs (
  org_id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  legal_name TEXT COLLATE "C",
  state TEXT COLLATE "C" NOT NULL,
  gstin TEXT COLLATE "C",
  is_sandbox BIGINT NOT NULL CONSTRAINT orgs_is_sandbox_ck CHECK (is_sandbox >= 0 AND is_sandbox <= 1),
  secret BYTEA NOT NULL CONSTRAINT orgs_secret_ck CHECK (length(secret) = 32),
  preferences TEXT COLLATE "C" NOT NULL,
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT orgs_created_time_ck CHECK (length(created_time) = 27),
  CONSTRAINT orgs_pk PRIMARY KEY (org_id)
);

CREATE TABLE heads (
  org_id BIGINT NOT NULL,
  entry_seq BIGINT NOT NULL CONSTRAINT heads_entry_seq_ck CHECK (entry_seq >= 0),
  entry_hash BYTEA NOT NULL CONSTRAINT heads_entry_hash_ck CHECK (length(entry_hash) = 32),
  event_seq BIGINT NOT NULL CONSTRAINT heads_event_seq_ck CHECK (event_seq >= 0),
  event_hash BYTEA NOT NULL CONSTRAINT heads_event_hash_ck CHECK (length(event_hash) = 32),
  locked_through TEXT COLLATE "C" CONSTRAINT heads_locked_through_ck CHECK (length(locked_through) = 10),
  settings_version BIGINT NOT NULL CONSTRAINT heads_settings_version_ck CHECK (settings_version >= 1),
  CONSTRAINT heads_pk PRIMARY KEY (org_id)
);

CREATE TABLE contacts (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  contact_type TEXT COLLATE "C" NOT NULL,
  contact_name TEXT COLLATE "C" NOT NULL,
  display_name TEXT COLLATE "C",
  legal_name TEXT COLLATE "C",
  company_name TEXT COLLATE "C",
  gst_no TEXT COLLATE "C",
  gst_treatment TEXT COLLATE "C",
  pan TEXT COLLATE "C",
  place_of_contact TEXT COLLATE "C",
  email TEXT COLLATE "C",
  phone TEXT COLLATE "C",
  website TEXT COLLATE "C",
  billing_address TEXT COLLATE "C",
  shipping_address TEXT COLLATE "C",
  contact_persons TEXT COLLATE "C",
  payment_terms BIGINT NOT NULL CONSTRAINT contacts_payment_terms_ck CHECK (payment_terms >= 0 AND payment_terms <= 365),
  opening_balance BIGINT NOT NULL CONSTRAINT contacts_opening_balance_ck CHECK (opening_balance >= -1000000000000000 AND opening_balance <= 1000000000000000),
  credit_limit BIGINT CONSTRAINT contacts_credit_limit_ck CHECK (credit_limit >= 0 AND credit_limit <= 1000000000000000),
  currency_code TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  search TEXT COLLATE "C" NOT NULL,
  opening_entry BIGINT,
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT contacts_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT contacts_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT contacts_pk PRIMARY KEY (org_id, id)
);

CREATE TABLE branches (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  gstin TEXT COLLATE "C",
  city TEXT COLLATE "C",
  address TEXT COLLATE "C",
  pin TEXT COLLATE "C",
  legal_name TEXT COLLATE "C",
  is_sez BIGINT NOT NULL CONSTRAINT branches_is_sez_ck CHECK (is_sez >= 0 AND is_sez <= 1),
  invoice_prefix TEXT COLLATE "C",
  bill_prefix TEXT COLLATE "C",
  is_default BIGINT NOT NULL CONSTRAINT branches_is_default_ck CHECK (is_default >= 0 AND is_default <= 1),
  is_active BIGINT NOT NULL CONSTRAINT branches_is_active_ck CHECK (is_active >= 0 AND is_active <= 1),
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT branches_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT branches_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT branches_pk PRIMARY KEY (org_id, id)
);

CREATE UNIQUE INDEX branches_code_uq ON branches (org_id, code);

CREATE TABLE entries (
  org_id BIGINT NOT NULL,
  seq BIGINT NOT NULL CONSTRAINT entries_seq_ck CHECK (seq >= 1),
  number TEXT COLLATE "C" NOT NULL,
  date TEXT COLLATE "C" NOT NULL CONSTRAINT entries_date_ck CHECK (length(date) = 10),
  source TEXT COLLATE "C" NOT NULL,
  source_id BIGINT,
  memo TEXT COLLATE "C",
  reference_number TEXT COLLATE "C",
  contact_id BIGINT,
  branch_id BIGINT NOT NULL,
  reversal_of BIGINT,
  cause TEXT COLLATE "C" NOT NULL,
  lines BIGINT NOT NULL CONSTRAINT entries_lines_ck CHECK (lines >= 2),
  recorded_at TEXT COLLATE "C" NOT NULL CONSTRAINT entries_recorded_at_ck CHECK (length(recorded_at) = 27),
  hash BYTEA NOT NULL CONSTRAINT entries_hash_ck CHECK (length(hash) = 32),
  CONSTRAINT entries_pk PRIMARY KEY (org_id, seq),
  CONSTRAINT entries_contact_id_fk FOREIGN KEY (org_id, contact_id) REFERENCES contacts (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT entries_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT entries_reversal_of_fk FOREIGN KEY (org_id, reversal_of) REFERENCES entries (org_id, seq) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE UNIQUE INDEX entries_reversal_uq ON entries (org_id, reversal_of) WHERE reversal_of IS NOT NULL;

CREATE INDEX entries_contact ON entries (org_id, contact_id, seq) WHERE contact_id IS NOT NULL;

CREATE TABLE accounts (
  org_id BIGINT NOT NULL,
  number BIGINT NOT NULL CONSTRAINT accounts_number_ck CHECK (number >= 1),
  code TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  account_type TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C",
  currency_code TEXT COLLATE "C" NOT NULL,
  bank_name TEXT COLLATE "C",
  account_number TEXT COLLATE "C",
  ifsc TEXT COLLATE "C",
  upi_id TEXT COLLATE "C",
  parent_id BIGINT,
  role TEXT COLLATE "C",
  is_active BIGINT NOT NULL CONSTRAINT accounts_is_active_ck CHECK (is_active >= 0 AND is_active <= 1),
  is_system BIGINT NOT NULL CONSTRAINT accounts_is_system_ck CHECK (is_system >= 0 AND is_system <= 1),
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT accounts_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT accounts_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT accounts_pk PRIMARY KEY (org_id, number),
  CONSTRAINT accounts_parent_id_fk FOREIGN KEY (org_id, parent_id) REFERENCES accounts (org_id, number) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE UNIQUE INDEX accounts_code_uq ON accounts (org_id, code);

CREATE TABLE postings (
  org_id BIGINT NOT NULL,
  entry BIGINT NOT NULL,
  line BIGINT NOT NULL CONSTRAINT postings_line_ck CHECK (line >= 1),
  account BIGINT NOT NULL,
  day TEXT COLLATE "C" NOT NULL CONSTRAINT postings_day_ck CHECK (length(day) = 10),
  amount BIGINT NOT NULL CONSTRAINT postings_amount_ck CHECK (amount >= -1000000000000000 AND amount <= 1000000000000000),
  branch_id BIGINT NOT NULL,
  contact_id BIGINT,
  rule TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C",
  tags TEXT COLLATE "C",
  CONSTRAINT postings_pk PRIMARY KEY (org_id, entry, line),
  CONSTRAINT postings_entry_fk FOREIGN KEY (org_id, entry) REFERENCES entries (org_id, seq) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT postings_account_fk FOREIGN KEY (org_id, account) REFERENCES accounts (org_id, number) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT postings_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT postings_contact_id_fk FOREIGN KEY (org_id, contact_id) REFERENCES contacts (org_id, id) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE INDEX postings_account ON postings (org_id, account, day, entry, line, amount, branch_id);

CREATE INDEX postings_contact ON postings (org_id, contact_id, day, entry, line, account, amount, branch_id) WHERE contact_id IS NOT NULL;

CREATE TABLE totals (
  org_id BIGINT NOT NULL,
  account BIGINT NOT NULL,
  branch_id BIGINT NOT NULL,
  month TEXT COLLATE "C" NOT NULL,
  debit BIGINT NOT NULL CONSTRAINT totals_debit_ck CHECK (debit >= 0),
  credit BIGINT NOT NULL CONSTRAINT totals_credit_ck CHECK (credit >= 0),
  CONSTRAINT totals_pk PRIMARY KEY (org_id, account, branch_id, month),
  CONSTRAINT totals_account_fk FOREIGN KEY (org_id, account) REFERENCES accounts (org_id, number) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT totals_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE TABLE events (
  org_id BIGINT NOT NULL,
  seq BIGINT NOT NULL CONSTRAINT events_seq_ck CHECK (seq >= 1),
  id BIGINT NOT NULL,
  occurred_at TEXT COLLATE "C" NOT NULL CONSTRAINT events_occurred_at_ck CHECK (length(occurred_at) = 27),
  event_type TEXT COLLATE "C",
  action TEXT COLLATE "C",
  entity_type TEXT COLLATE "C" NOT NULL,
  entity_id BIGINT NOT NULL,
  entity_ref TEXT COLLATE "C",
  user_id BIGINT,
  token_id BIGINT,
  client_id TEXT COLLATE "C",
  source TEXT COLLATE "C" NOT NULL,
  request_id TEXT COLLATE "C",
  ip TEXT COLLATE "C",
  user_agent TEXT COLLATE "C",
  changes TEXT COLLATE "C",
  data TEXT COLLATE "C",
  hash BYTEA NOT NULL CONSTRAINT events_hash_ck CHECK (length(hash) = 32),
  CONSTRAINT events_pk PRIMARY KEY (org_id, seq)
);

CREATE TABLE series (
  org_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  prefix TEXT COLLATE "C" NOT NULL,
  year TEXT COLLATE "C" NOT NULL,
  next_no BIGINT NOT NULL CONSTRAINT series_next_no_ck CHECK (next_no >= 1),
  CONSTRAINT series_pk PRIMARY KEY (org_id, kind, scope, prefix, year)
);

CREATE TABLE numbers (
  org_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  branch_id BIGINT NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  year TEXT COLLATE "C" NOT NULL,
  prefix TEXT COLLATE "C" NOT NULL,
  serial BIGINT,
  document_id BIGINT NOT NULL,
  CONSTRAINT numbers_pk PRIMARY KEY (org_id, kind, number, branch_id),
  CONSTRAINT numbers_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE UNIQUE INDEX numbers_serial_uq ON numbers (org_id, kind, scope, prefix, year, serial) WHERE serial IS NOT NULL;

CREATE TABLE keys (
  org_id BIGINT NOT NULL,
  id BYTEA NOT NULL CONSTRAINT keys_id_ck CHECK (length(id) = 32),
  fingerprint BYTEA NOT NULL CONSTRAINT keys_fingerprint_ck CHECK (length(fingerprint) = 32),
  status BIGINT NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C" NOT NULL CONSTRAINT keys_created_at_ck CHECK (length(created_at) = 27),
  CONSTRAINT keys_pk PRIMARY KEY (org_id, id)
);

CREATE TABLE users (
  id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  email TEXT COLLATE "C",
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT users_created_time_ck CHECK (length(created_time) = 27),
  CONSTRAINT users_pk PRIMARY KEY (id)
);

CREATE TABLE memberships (
  user_id BIGINT NOT NULL,
  org_id BIGINT NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT memberships_created_time_ck CHECK (length(created_time) = 27),
  CONSTRAINT memberships_pk PRIMARY KEY (user_id, org_id)
);

CREATE INDEX memberships_org ON memberships (org_id, role, user_id);

CREATE TABLE tokens (
  id BIGINT NOT NULL,
  digest BYTEA NOT NULL CONSTRAINT tokens_digest_ck CHECK (length(digest) = 32),
  kind TEXT COLLATE "C" NOT NULL,
  user_id BIGINT NOT NULL,
  org_id BIGINT,
  client_id TEXT COLLATE "C",
  scopes TEXT COLLATE "C" NOT NULL,
  tier TEXT COLLATE "C" NOT NULL,
  label TEXT COLLATE "C" NOT NULL,
  is_sandbox BIGINT NOT NULL CONSTRAINT tokens_is_sandbox_ck CHECK (is_sandbox >= 0 AND is_sandbox <= 1),
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT tokens_created_time_ck CHECK (length(created_time) = 27),
  expires_at TEXT COLLATE "C" CONSTRAINT tokens_expires_at_ck CHECK (length(expires_at) = 27),
  revoked_at TEXT COLLATE "C" CONSTRAINT tokens_revoked_at_ck CHECK (length(revoked_at) = 27),
  CONSTRAINT tokens_pk PRIMARY KEY (id)
);

CREATE UNIQUE INDEX tokens_digest_uq ON tokens (digest);

CREATE INDEX tokens_user ON tokens (user_id, org_id);

CREATE TABLE taxes (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  shape TEXT COLLATE "C" NOT NULL,
  cgst BIGINT NOT NULL CONSTRAINT taxes_cgst_ck CHECK (cgst >= 0 AND cgst <= 1000000000000000),
  sgst BIGINT NOT NULL CONSTRAINT taxes_sgst_ck CHECK (sgst >= 0 AND sgst <= 1000000000000000),
  igst BIGINT NOT NULL CONSTRAINT taxes_igst_ck CHECK (igst >= 0 AND igst <= 1000000000000000),
  cess BIGINT NOT NULL CONSTRAINT taxes_cess_ck CHECK (cess >= 0 AND cess <= 1000000000000000),
  valid_from TEXT COLLATE "C" CONSTRAINT taxes_valid_from_ck CHECK (length(valid_from) = 10),
  valid_to TEXT COLLATE "C" CONSTRAINT taxes_valid_to_ck CHECK (length(valid_to) = 10),
  is_active BIGINT NOT NULL CONSTRAINT taxes_is_active_ck CHECK (is_active >= 0 AND is_active <= 1),
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT taxes_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT taxes_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT taxes_pk PRIMARY KEY (org_id, id)
);

CREATE UNIQUE INDEX taxes_name_uq ON taxes (org_id, name);

CREATE TABLE items (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  item_name TEXT COLLATE "C" NOT NULL,
  sku TEXT COLLATE "C",
  item_type TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C",
  hsn_or_sac TEXT COLLATE "C",
  unit TEXT COLLATE "C",
  rate BIGINT NOT NULL CONSTRAINT items_rate_ck CHECK (rate >= 0 AND rate <= 1000000000000000000),
  purchase_rate BIGINT CONSTRAINT items_purchase_rate_ck CHECK (purchase_rate >= 0 AND purchase_rate <= 1000000000000000000),
  tax_id BIGINT,
  is_taxable BIGINT NOT NULL CONSTRAINT items_is_taxable_ck CHECK (is_taxable >= 0 AND is_taxable <= 1),
  track_inventory BIGINT NOT NULL CONSTRAINT items_track_inventory_ck CHECK (track_inventory >= 0 AND track_inventory <= 1),
  status TEXT COLLATE "C" NOT NULL,
  account_id BIGINT,
  purchase_account_id BIGINT,
  stock_on_hand BIGINT NOT NULL,
  search TEXT COLLATE "C" NOT NULL,
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT items_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT items_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT items_pk PRIMARY KEY (org_id, id),
  CONSTRAINT items_tax_id_fk FOREIGN KEY (org_id, tax_id) REFERENCES taxes (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT items_account_id_fk FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, number) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT items_purchase_account_id_fk FOREIGN KEY (org_id, purchase_account_id) REFERENCES accounts (org_id, number) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE UNIQUE INDEX items_sku_uq ON items (org_id, sku) WHERE sku IS NOT NULL;

CREATE TABLE document_lines (
  org_id BIGINT NOT NULL,
  document_id BIGINT NOT NULL,
  version BIGINT NOT NULL CONSTRAINT document_lines_version_ck CHECK (version >= 1),
  line_no BIGINT NOT NULL CONSTRAINT document_lines_line_no_ck CHECK (line_no >= 1 AND line_no <= 500),
  item_id BIGINT,
  name TEXT COLLATE "C",
  description TEXT COLLATE "C",
  hsn_or_sac TEXT COLLATE "C",
  quantity BIGINT NOT NULL CONSTRAINT document_lines_quantity_ck CHECK (quantity >= 1 AND quantity <= 1000000000000000),
  unit TEXT COLLATE "C",
  tax_id BIGINT,
  rate BIGINT NOT NULL,
  discount_given TEXT COLLATE "C",
  discount BIGINT NOT NULL CONSTRAINT document_lines_discount_ck CHECK (discount >= -1000000000000000 AND discount <= 1000000000000000),
  account BIGINT,
  tags TEXT COLLATE "C" NOT NULL,
  tax_percentage BIGINT NOT NULL,
  item_total BIGINT NOT NULL CONSTRAINT document_lines_item_total_ck CHECK (item_total >= -1000000000000000 AND item_total <= 1000000000000000),
  taxable BIGINT NOT NULL CONSTRAINT document_lines_taxable_ck CHECK (taxable >= -1000000000000000 AND taxable <= 1000000000000000),
  cgst BIGINT NOT NULL CONSTRAINT document_lines_cgst_ck CHECK (cgst >= -1000000000000000 AND cgst <= 1000000000000000),
  sgst BIGINT NOT NULL CONSTRAINT document_lines_sgst_ck CHECK (sgst >= -1000000000000000 AND sgst <= 1000000000000000),
  igst BIGINT NOT NULL CONSTRAINT document_lines_igst_ck CHECK (igst >= -1000000000000000 AND igst <= 1000000000000000),
  cess BIGINT NOT NULL CONSTRAINT document_lines_cess_ck CHECK (cess >= -1000000000000000 AND cess <= 1000000000000000),
  restock BIGINT NOT NULL CONSTRAINT document_lines_restock_ck CHECK (restock >= 0 AND restock <= 1),
  CONSTRAINT document_lines_pk PRIMARY KEY (org_id, document_id, version, line_no),
  CONSTRAINT document_lines_item_id_fk FOREIGN KEY (org_id, item_id) REFERENCES items (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT document_lines_tax_id_fk FOREIGN KEY (org_id, tax_id) REFERENCES taxes (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT document_lines_account_fk FOREIGN KEY (org_id, account) REFERENCES accounts (org_id, number) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE TABLE document_versions (
  org_id BIGINT NOT NULL,
  document_id BIGINT NOT NULL,
  version BIGINT NOT NULL CONSTRAINT document_versions_version_ck CHECK (version >= 1),
  kind TEXT COLLATE "C" NOT NULL,
  row TEXT COLLATE "C" NOT NULL,
  superseded_at TEXT COLLATE "C" NOT NULL CONSTRAINT document_versions_superseded_at_ck CHECK (length(superseded_at) = 27),
  CONSTRAINT document_versions_pk PRIMARY KEY (org_id, document_id, version)
);

CREATE TABLE allocations (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  source_type TEXT COLLATE "C" NOT NULL,
  source_id BIGINT NOT NULL,
  target_type TEXT COLLATE "C" NOT NULL,
  target_id BIGINT NOT NULL,
  amount BIGINT NOT NULL CONSTRAINT allocations_amount_ck CHECK (amount >= 1 AND amount <= 1000000000000000),
  used BIGINT NOT NULL CONSTRAINT allocations_used_ck CHECK (used >= -1000000000000000 AND used <= 1000000000000000),
  relieved BIGINT NOT NULL CONSTRAINT allocations_relieved_ck CHECK (relieved >= -1000000000000000 AND relieved <= 1000000000000000),
  date TEXT COLLATE "C" NOT NULL CONSTRAINT allocations_date_ck CHECK (length(date) = 10),
  entry BIGINT,
  created_at TEXT COLLATE "C" NOT NULL CONSTRAINT allocations_created_at_ck CHECK (length(created_at) = 27),
  released_at TEXT COLLATE "C" CONSTRAINT allocations_released_at_ck CHECK (length(released_at) = 27),
  CONSTRAINT allocations_pk PRIMARY KEY (org_id, id),
  CONSTRAINT allocations_entry_fk FOREIGN KEY (org_id, entry) REFERENCES entries (org_id, seq) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE INDEX allocations_source ON allocations (org_id, source_type, source_id, id);

CREATE INDEX allocations_target ON allocations (org_id, target_type, target_id, id);

CREATE TABLE currencies (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  currency_code TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  symbol TEXT COLLATE "C" NOT NULL,
  decimal_places BIGINT NOT NULL,
  is_base BIGINT NOT NULL CONSTRAINT currencies_is_base_ck CHECK (is_base >= 0 AND is_base <= 1),
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT currencies_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT currencies_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT currencies_pk PRIMARY KEY (org_id, id)
);

CREATE UNIQUE INDEX currencies_currency_code_uq ON currencies (org_id, currency_code);

CREATE TABLE cost_centers (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  is_active BIGINT NOT NULL CONSTRAINT cost_centers_is_active_ck CHECK (is_active >= 0 AND is_active <= 1),
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT cost_centers_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT cost_centers_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT cost_centers_pk PRIMARY KEY (org_id, id)
);

CREATE UNIQUE INDEX cost_centers_name_uq ON cost_centers (org_id, name);

CREATE TABLE salespersons (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  email TEXT COLLATE "C",
  is_active BIGINT NOT NULL CONSTRAINT salespersons_is_active_ck CHECK (is_active >= 0 AND is_active <= 1),
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT salespersons_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT salespersons_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT salespersons_pk PRIMARY KEY (org_id, id)
);

CREATE TABLE exchange_rates (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  from_currency TEXT COLLATE "C" NOT NULL,
  to_currency TEXT COLLATE "C" NOT NULL,
  rate BIGINT NOT NULL CONSTRAINT exchange_rates_rate_ck CHECK (rate >= 1 AND rate <= 1000000000000000),
  rate_date TEXT COLLATE "C" NOT NULL CONSTRAINT exchange_rates_rate_date_ck CHECK (length(rate_date) = 10),
  source TEXT COLLATE "C" NOT NULL,
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT exchange_rates_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT exchange_rates_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT exchange_rates_pk PRIMARY KEY (org_id, id)
);

CREATE INDEX exchange_rates_latest ON exchange_rates (org_id, from_currency, to_currency, rate_date, id);

CREATE INDEX exchange_rates_newest ON exchange_rates (org_id, rate_date, id);

CREATE TABLE invoices (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  date TEXT COLLATE "C" NOT NULL CONSTRAINT invoices_date_ck CHECK (length(date) = 10),
  due_date TEXT COLLATE "C" NOT NULL CONSTRAINT invoices_due_date_ck CHECK (length(due_date) = 10),
  customer_id BIGINT NOT NULL,
  customer_name TEXT COLLATE "C" NOT NULL,
  customer_gstin TEXT COLLATE "C",
  customer_treatment TEXT COLLATE "C" NOT NULL,
  customer_state TEXT COLLATE "C",
  place_of_supply TEXT COLLATE "C" NOT NULL,
  branch_id BIGINT NOT NULL,
  currency_code TEXT COLLATE "C" NOT NULL,
  exchange_rate BIGINT NOT NULL CONSTRAINT invoices_exchange_rate_ck CHECK (exchange_rate >= 1),
  reference_number TEXT COLLATE "C",
  series TEXT COLLATE "C",
  salesperson_id BIGINT,
  is_discount_before_tax BIGINT NOT NULL CONSTRAINT invoices_is_discount_before_tax_ck CHECK (is_discount_before_tax >= 0 AND is_discount_before_tax <= 1),
  is_inclusive_tax BIGINT NOT NULL CONSTRAINT invoices_is_inclusive_tax_ck CHECK (is_inclusive_tax >= 0 AND is_inclusive_tax <= 1),
  shipping_charge BIGINT NOT NULL CONSTRAINT invoices_shipping_charge_ck CHECK (shipping_charge >= 0 AND shipping_charge <= 1000000000000000),
  adjustment BIGINT NOT NULL CONSTRAINT invoices_adjustment_ck CHECK (adjustment >= -1000000000000000 AND adjustment <= 1000000000000000),
  tds_rate BIGINT CONSTRAINT invoices_tds_rate_ck CHECK (tds_rate >= 0 AND tds_rate <= 100000000),
  tds_section TEXT COLLATE "C",
  export TEXT COLLATE "C",
  notes TEXT COLLATE "C",
  terms TEXT COLLATE "C",
  custom_fields TEXT COLLATE "C",
  discount_given TEXT COLLATE "C",
  tds_given BIGINT CONSTRAINT invoices_tds_given_ck CHECK (tds_given >= -1000000000000000 AND tds_given <= 1000000000000000),
  round_off_given BIGINT CONSTRAINT invoices_round_off_given_ck CHECK (round_off_given >= -1000000000000000 AND round_off_given <= 1000000000000000),
  with_payment BIGINT NOT NULL CONSTRAINT invoices_with_payment_ck CHECK (with_payment >= 0 AND with_payment <= 1),
  tags TEXT COLLATE "C" NOT NULL,
  sub_total BIGINT NOT NULL CONSTRAINT invoices_sub_total_ck CHECK (sub_total >= -1000000000000000 AND sub_total <= 1000000000000000),
  discount BIGINT NOT NULL CONSTRAINT invoices_discount_ck CHECK (discount >= -1000000000000000 AND discount <= 1000000000000000),
  taxable BIGINT NOT NULL CONSTRAINT invoices_taxable_ck CHECK (taxable >= -1000000000000000 AND taxable <= 1000000000000000),
  cgst_total BIGINT NOT NULL CONSTRAINT invoices_cgst_total_ck CHECK (cgst_total >= -1000000000000000 AND cgst_total <= 1000000000000000),
  sgst_total BIGINT NOT NULL CONSTRAINT invoices_sgst_total_ck CHECK (sgst_total >= -1000000000000000 AND sgst_total <= 1000000000000000),
  igst_total BIGINT NOT NULL CONSTRAINT invoices_igst_total_ck CHECK (igst_total >= -1000000000000000 AND igst_total <= 1000000000000000),
  cess_total BIGINT NOT NULL CONSTRAINT invoices_cess_total_ck CHECK (cess_total >= -1000000000000000 AND cess_total <= 1000000000000000),
  tax_total BIGINT NOT NULL CONSTRAINT invoices_tax_total_ck CHECK (tax_total >= -1000000000000000 AND tax_total <= 1000000000000000),
  tds_amount BIGINT NOT NULL CONSTRAINT invoices_tds_amount_ck CHECK (tds_amount >= -1000000000000000 AND tds_amount <= 1000000000000000),
  round_off BIGINT NOT NULL CONSTRAINT invoices_round_off_ck CHECK (round_off >= -1000000000000000 AND round_off <= 1000000000000000),
  total BIGINT NOT NULL CONSTRAINT invoices_total_ck CHECK (total >= -1000000000000000 AND total <= 1000000000000000),
  booked BIGINT NOT NULL CONSTRAINT invoices_booked_ck CHECK (booked >= -1000000000000000 AND booked <= 1000000000000000),
  entry BIGINT,
  version BIGINT NOT NULL CONSTRAINT invoices_version_ck CHECK (version >= 1),
  lines_version BIGINT NOT NULL CONSTRAINT invoices_lines_version_ck CHECK (lines_version >= 1),
  search TEXT COLLATE "C" NOT NULL,
  approved_at TEXT COLLATE "C" CONSTRAINT invoices_approved_at_ck CHECK (length(approved_at) = 27),
  voided_at TEXT COLLATE "C" CONSTRAINT invoices_voided_at_ck CHECK (length(voided_at) = 27),
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT invoices_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT invoices_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  payment_made BIGINT NOT NULL CONSTRAINT invoices_payment_made_ck CHECK (payment_made >= 0 AND payment_made <= 1000000000000000),
  credits_applied BIGINT NOT NULL CONSTRAINT invoices_credits_applied_ck CHECK (credits_applied >= 0 AND credits_applied <= 1000000000000000),
  CONSTRAINT invoices_pk PRIMARY KEY (org_id, id),
  CONSTRAINT invoices_payment_made_within CHECK (payment_made >= 0 AND credits_applied >= 0 AND payment_made + credits_applied <= total),
  CONSTRAINT invoices_customer_id_fk FOREIGN KEY (org_id, customer_id) REFERENCES contacts (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT invoices_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT invoices_salesperson_id_fk FOREIGN KEY (org_id, salesperson_id) REFERENCES salespersons (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT invoices_entry_fk FOREIGN KEY (org_id, entry) REFERENCES entries (org_id, seq) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE INDEX invoices_customer ON invoices (org_id, customer_id, id);

CREATE INDEX invoices_date ON invoices (org_id, date, id);

CREATE INDEX invoices_unposted ON invoices (org_id, status, id) WHERE status <> 'SENT';

CREATE INDEX invoices_reference ON invoices (org_id, reference_number, id) WHERE reference_number IS NOT NULL;

CREATE UNIQUE INDEX invoices_reference_number_uq ON invoices (org_id, customer_id, reference_number) WHERE reference_number IS NOT NULL AND status <> 'CANCELLED';

CREATE TABLE credit_notes (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  type TEXT COLLATE "C" NOT NULL,
  date TEXT COLLATE "C" NOT NULL CONSTRAINT credit_notes_date_ck CHECK (length(date) = 10),
  invoice_id BIGINT,
  reason TEXT COLLATE "C",
  reverse_tds BIGINT NOT NULL CONSTRAINT credit_notes_reverse_tds_ck CHECK (reverse_tds >= 0 AND reverse_tds <= 1),
  customer_id BIGINT NOT NULL,
  customer_name TEXT COLLATE "C" NOT NULL,
  customer_gstin TEXT COLLATE "C",
  customer_treatment TEXT COLLATE "C" NOT NULL,
  customer_state TEXT COLLATE "C",
  place_of_supply TEXT COLLATE "C" NOT NULL,
  branch_id BIGINT NOT NULL,
  currency_code TEXT COLLATE "C" NOT NULL,
  exchange_rate BIGINT NOT NULL CONSTRAINT credit_notes_exchange_rate_ck CHECK (exchange_rate >= 1),
  reference_number TEXT COLLATE "C",
  series TEXT COLLATE "C",
  salesperson_id BIGINT,
  is_discount_before_tax BIGINT NOT NULL CONSTRAINT credit_notes_is_discount_before_tax_ck CHECK (is_discount_before_tax >= 0 AND is_discount_before_tax <= 1),
  is_inclusive_tax BIGINT NOT NULL CONSTRAINT credit_notes_is_inclusive_tax_ck CHECK (is_inclusive_tax >= 0 AND is_inclusive_tax <= 1),
  shipping_charge BIGINT NOT NULL CONSTRAINT credit_notes_shipping_charge_ck CHECK (shipping_charge >= 0 AND shipping_charge <= 1000000000000000),
  adjustment BIGINT NOT NULL CONSTRAINT credit_notes_adjustment_ck CHECK (adjustment >= -1000000000000000 AND adjustment <= 1000000000000000),
  tds_rate BIGINT CONSTRAINT credit_notes_tds_rate_ck CHECK (tds_rate >= 0 AND tds_rate <= 100000000),
  tds_section TEXT COLLATE "C",
  export TEXT COLLATE "C",
  notes TEXT COLLATE "C",
  terms TEXT COLLATE "C",
  custom_fields TEXT COLLATE "C",
  discount_given TEXT COLLATE "C",
  tds_given BIGINT CONSTRAINT credit_notes_tds_given_ck CHECK (tds_given >= -1000000000000000 AND tds_given <= 1000000000000000),
  round_off_given BIGINT CONSTRAINT credit_notes_round_off_given_ck CHECK (round_off_given >= -1000000000000000 AND round_off_given <= 1000000000000000),
  with_payment BIGINT NOT NULL CONSTRAINT credit_notes_with_payment_ck CHECK (with_payment >= 0 AND with_payment <= 1),
  tags TEXT COLLATE "C" NOT NULL,
  sub_total BIGINT NOT NULL CONSTRAINT credit_notes_sub_total_ck CHECK (sub_total >= -1000000000000000 AND sub_total <= 1000000000000000),
  discount BIGINT NOT NULL CONSTRAINT credit_notes_discount_ck CHECK (discount >= -1000000000000000 AND discount <= 1000000000000000),
  taxable BIGINT NOT NULL CONSTRAINT credit_notes_taxable_ck CHECK (taxable >= -1000000000000000 AND taxable <= 1000000000000000),
  cgst_total BIGINT NOT NULL CONSTRAINT credit_notes_cgst_total_ck CHECK (cgst_total >= -1000000000000000 AND cgst_total <= 1000000000000000),
  sgst_total BIGINT NOT NULL CONSTRAINT credit_notes_sgst_total_ck CHECK (sgst_total >= -1000000000000000 AND sgst_total <= 1000000000000000),
  igst_total BIGINT NOT NULL CONSTRAINT credit_notes_igst_total_ck CHECK (igst_total >= -1000000000000000 AND igst_total <= 1000000000000000),
  cess_total BIGINT NOT NULL CONSTRAINT credit_notes_cess_total_ck CHECK (cess_total >= -1000000000000000 AND cess_total <= 1000000000000000),
  tax_total BIGINT NOT NULL CONSTRAINT credit_notes_tax_total_ck CHECK (tax_total >= -1000000000000000 AND tax_total <= 1000000000000000),
  tds_amount BIGINT NOT NULL CONSTRAINT credit_notes_tds_amount_ck CHECK (tds_amount >= -1000000000000000 AND tds_amount <= 1000000000000000),
  round_off BIGINT NOT NULL CONSTRAINT credit_notes_round_off_ck CHECK (round_off >= -1000000000000000 AND round_off <= 1000000000000000),
  total BIGINT NOT NULL CONSTRAINT credit_notes_total_ck CHECK (total >= -1000000000000000 AND total <= 1000000000000000),
  booked BIGINT NOT NULL CONSTRAINT credit_notes_booked_ck CHECK (booked >= -1000000000000000 AND booked <= 1000000000000000),
  entry BIGINT,
  version BIGINT NOT NULL CONSTRAINT credit_notes_version_ck CHECK (version >= 1),
  lines_version BIGINT NOT NULL CONSTRAINT credit_notes_lines_version_ck CHECK (lines_version >= 1),
  search TEXT COLLATE "C" NOT NULL,
  approved_at TEXT COLLATE "C" CONSTRAINT credit_notes_approved_at_ck CHECK (length(approved_at) = 27),
  voided_at TEXT COLLATE "C" CONSTRAINT credit_notes_voided_at_ck CHECK (length(voided_at) = 27),
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT credit_notes_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT credit_notes_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  credits_applied BIGINT NOT NULL CONSTRAINT credit_notes_credits_applied_ck CHECK (credits_applied >= 0 AND credits_applied <= 1000000000000000),
  refunded_amount BIGINT NOT NULL CONSTRAINT credit_notes_refunded_amount_ck CHECK (refunded_amount >= 0 AND refunded_amount <= 1000000000000000),
  CONSTRAINT credit_notes_pk PRIMARY KEY (org_id, id),
  CONSTRAINT credit_notes_credits_applied_within CHECK (credits_applied >= 0 AND refunded_amount >= 0 AND credits_applied + refunded_amount <= total),
  CONSTRAINT credit_notes_invoice_id_fk FOREIGN KEY (org_id, invoice_id) REFERENCES invoices (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT credit_notes_customer_id_fk FOREIGN KEY (org_id, customer_id) REFERENCES contacts (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT credit_notes_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT credit_notes_salesperson_id_fk FOREIGN KEY (org_id, salesperson_id) REFERENCES salespersons (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT credit_notes_entry_fk FOREIGN KEY (org_id, entry) REFERENCES entries (org_id, seq) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE INDEX credit_notes_customer ON credit_notes (org_id, customer_id, id);

CREATE INDEX credit_notes_unposted ON credit_notes (org_id, status, id) WHERE status <> 'ISSUED';

CREATE INDEX credit_notes_invoice ON credit_notes (org_id, invoice_id, id) WHERE invoice_id IS NOT NULL;

CREATE TABLE payments (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  flow TEXT COLLATE "C" NOT NULL,
  payment_type TEXT COLLATE "C" NOT NULL,
  contact_id BIGINT NOT NULL,
  date TEXT COLLATE "C" NOT NULL CONSTRAINT payments_date_ck CHECK (length(date) = 10),
  amount BIGINT NOT NULL CONSTRAINT payments_amount_ck CHECK (amount >= 1 AND amount <= 1000000000000000),
  mode TEXT COLLATE "C" NOT NULL,
  reference_number TEXT COLLATE "C",
  description TEXT COLLATE "C",
  bank_charges BIGINT NOT NULL CONSTRAINT payments_bank_charges_ck CHECK (bank_charges >= 0 AND bank_charges <= 1000000000000000),
  tds_amount BIGINT NOT NULL CONSTRAINT payments_tds_amount_ck CHECK (tds_amount >= 0 AND tds_amount <= 1000000000000000),
  tds_section TEXT COLLATE "C",
  credit_note_id BIGINT,
  contact_name TEXT COLLATE "C" NOT NULL,
  bank_account BIGINT NOT NULL,
  branch_id BIGINT NOT NULL,
  currency_code TEXT COLLATE "C" NOT NULL,
  exchange_rate BIGINT NOT NULL CONSTRAINT payments_exchange_rate_ck CHECK (exchange_rate >= 1),
  settles BIGINT NOT NULL CONSTRAINT payments_settles_ck CHECK (settles >= 0 AND settles <= 1000000000000000),
  applied BIGINT NOT NULL CONSTRAINT payments_applied_ck CHECK (applied >= 0 AND applied <= 1000000000000000),
  refunded BIGINT NOT NULL CONSTRAINT payments_refunded_ck CHECK (refunded >= 0 AND refunded <= 1000000000000000),
  booked BIGINT NOT NULL CONSTRAINT payments_booked_ck CHECK (booked >= 0 AND booked <= 1000000000000000),
  entry BIGINT NOT NULL,
  version BIGINT NOT NULL CONSTRAINT payments_version_ck CHECK (version >= 1),
  voided_at TEXT COLLATE "C" CONSTRAINT payments_voided_at_ck CHECK (length(voided_at) = 27),
  created_time TEXT COLLATE "C" NOT NULL CONSTRAINT payments_created_time_ck CHECK (length(created_time) = 27),
  last_modified_time TEXT COLLATE "C" NOT NULL CONSTRAINT payments_last_modified_time_ck CHECK (length(last_modified_time) = 27),
  CONSTRAINT payments_pk PRIMARY KEY (org_id, id),
  CONSTRAINT payments_applied_within CHECK (applied >= 0 AND refunded >= 0 AND applied + refunded <= settles),
  CONSTRAINT payments_contact_id_fk FOREIGN KEY (org_id, contact_id) REFERENCES contacts (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT payments_credit_note_id_fk FOREIGN KEY (org_id, credit_note_id) REFERENCES credit_notes (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT payments_bank_account_fk FOREIGN KEY (org_id, bank_account) REFERENCES accounts (org_id, number) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT payments_branch_id_fk FOREIGN KEY (org_id, branch_id) REFERENCES branches (org_id, id) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT payments_entry_fk FOREIGN KEY (org_id, entry) REFERENCES entries (org_id, seq) DEFERRABLE INITIALLY IMMEDIATE
);

CREATE INDEX payments_contact ON payments (org_id, contact_id, id);

CREATE INDEX payments_date ON payments (org_id, date, id);

CREATE INDEX payments_reference ON payments (org_id, reference_number, id) WHERE reference_number IS NOT NULL;

CREATE UNIQUE INDEX payments_reference_number_uq ON payments (org_id, contact_id, flow, date, amount, reference_number) WHERE reference_number IS NOT NULL AND voided_at IS NULL;

ALTER TABLE contacts ADD CONSTRAINT contacts_opening_entry_fk FOREIGN KEY (org_id, opening_entry) REFERENCES entries (org_id, seq) DEFERRABLE INITIALLY IMMEDIATE;

CREATE OR REPLACE FUNCTION finz_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_ARGV[0] USING ERRCODE = 'FZ001';
END $$;

CREATE OR REPLACE FUNCTION finz_beside(wanted text, here text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  found text;
BEGIN
  SELECT wanted || '_' || there.shardid INTO STRICT found
  FROM pg_dist_shard AS mine
  JOIN pg_dist_shard AS there
    ON there.shardminvalue = mine.shardminvalue AND there.logicalrelid = wanted::regclass
  WHERE mine.shardid = substring(here FROM '[0-9]+$')::bigint;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION finz_entry_balances() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  before text := current_setting('finz.org_id', true);
  sound boolean;
BEGIN
  IF before IS DISTINCT FROM NEW.org_id::text THEN
    PERFORM set_config('finz.org_id', NEW.org_id::text, true);
  END IF;
  IF TG_TABLE_NAME = 'entries' THEN
    sound := EXISTS (SELECT 1 FROM postings WHERE org_id = NEW.org_id AND entry = NEW.seq HAVING SUM(amount) = 0 AND COUNT(*) = NEW.lines AND MAX(line) = NEW.lines AND MIN(ABS(amount)) > 0);
  ELSE
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE org_id = $1 AND entry = $2 HAVING SUM(amount) = 0 AND COUNT(*) = $3 AND MAX(line) = $3 AND MIN(ABS(amount)) > 0)', finz_beside('postings', TG_TABLE_NAME)) INTO sound USING NEW.org_id, NEW.seq, NEW.lines;
  END IF;
  IF before IS DISTINCT FROM NEW.org_id::text THEN
    PERFORM set_config('finz.org_id', COALESCE(before, ''), true);
  END IF;
  IF NOT sound THEN
    RAISE EXCEPTION 'entry.unbalanced' USING ERRCODE = 'FZ001';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION finz_posting_counted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  before text := current_setting('finz.org_id', true);
  sound boolean;
BEGIN
  IF before IS DISTINCT FROM NEW.org_id::text THEN
    PERFORM set_config('finz.org_id', NEW.org_id::text, true);
  END IF;
  IF TG_TABLE_NAME = 'postings' THEN
    sound := EXISTS (SELECT 1 FROM entries WHERE org_id = NEW.org_id AND seq = NEW.entry AND lines >= NEW.line);
  ELSE
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE org_id = $1 AND seq = $2 AND lines >= $3)', finz_beside('entries', TG_TABLE_NAME)) INTO sound USING NEW.org_id, NEW.entry, NEW.line;
  END IF;
  IF before IS DISTINCT FROM NEW.org_id::text THEN
    PERFORM set_config('finz.org_id', COALESCE(before, ''), true);
  END IF;
  IF NOT sound THEN
    RAISE EXCEPTION 'entry.closed' USING ERRCODE = 'FZ001';
  END IF;
  RETURN NULL;
END $$;

ALTER TABLE orgs ENABLE ROW LEVEL SECURITY;

ALTER TABLE orgs FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON orgs USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE heads ENABLE ROW LEVEL SECURITY;

ALTER TABLE heads FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON heads USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;

ALTER TABLE contacts FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON contacts USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE branches ENABLE ROW LEVEL SECURITY;

ALTER TABLE branches FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON branches USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION finz_append_only('entries');

CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries FOR EACH ROW EXECUTE FUNCTION finz_append_only('entries');

CREATE TRIGGER entries_no_truncate BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION finz_append_only('entries');

CREATE CONSTRAINT TRIGGER entries_balance AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finz_entry_balances();

ALTER TABLE entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE entries FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON entries USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE accounts FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON accounts USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings FOR EACH ROW EXECUTE FUNCTION finz_append_only('postings');

CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings FOR EACH ROW EXECUTE FUNCTION finz_append_only('postings');

CREATE TRIGGER postings_no_truncate BEFORE TRUNCATE ON postings FOR EACH STATEMENT EXECUTE FUNCTION finz_append_only('postings');

CREATE CONSTRAINT TRIGGER postings_closed AFTER INSERT ON postings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finz_posting_counted();

ALTER TABLE postings ENABLE ROW LEVEL SECURITY;

ALTER TABLE postings FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON postings USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE totals ENABLE ROW LEVEL SECURITY;

ALTER TABLE totals FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON totals USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

CREATE TRIGGER events_no_update BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION finz_append_only('events');

CREATE TRIGGER events_no_delete BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION finz_append_only('events');

CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION finz_append_only('events');

ALTER TABLE events ENABLE ROW LEVEL SECURITY;

ALTER TABLE events FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON events USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE series ENABLE ROW LEVEL SECURITY;

ALTER TABLE series FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON series USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE numbers ENABLE ROW LEVEL SECURITY;

ALTER TABLE numbers FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON numbers USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE keys FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON keys USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE taxes ENABLE ROW LEVEL SECURITY;

ALTER TABLE taxes FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON taxes USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE items ENABLE ROW LEVEL SECURITY;

ALTER TABLE items FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON items USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE document_lines ENABLE ROW LEVEL SECURITY;

ALTER TABLE document_lines FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON document_lines USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

CREATE TRIGGER document_versions_no_update BEFORE UPDATE ON document_versions FOR EACH ROW EXECUTE FUNCTION finz_append_only('document_versions');

CREATE TRIGGER document_versions_no_delete BEFORE DELETE ON document_versions FOR EACH ROW EXECUTE FUNCTION finz_append_only('document_versions');

CREATE TRIGGER document_versions_no_truncate BEFORE TRUNCATE ON document_versions FOR EACH STATEMENT EXECUTE FUNCTION finz_append_only('document_versions');

ALTER TABLE document_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE document_versions FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON document_versions USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE allocations ENABLE ROW LEVEL SECURITY;

ALTER TABLE allocations FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON allocations USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE currencies ENABLE ROW LEVEL SECURITY;

ALTER TABLE currencies FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON currencies USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE cost_centers ENABLE ROW LEVEL SECURITY;

ALTER TABLE cost_centers FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON cost_centers USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE salespersons ENABLE ROW LEVEL SECURITY;

ALTER TABLE salespersons FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON salespersons USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE exchange_rates ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_rates FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON exchange_rates USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;

ALTER TABLE invoices FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON invoices USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE credit_notes ENABLE ROW LEVEL SECURITY;

ALTER TABLE credit_notes FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON credit_notes USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

ALTER TABLE payments ENABLE ROW LEVEL SECURITY;

ALTER TABLE payments FORCE ROW LEVEL SECURITY;

CREATE POLICY org_scope ON payments USING (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint) WITH CHECK (org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint);

INSERT INTO finz_migrations (name) VALUES ('head') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('journal') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('history') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('numbers') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('idempotency') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('access') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('papers.lines') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('papers.drafts') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('papers.settlement') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('whoami') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('branches') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('accounts') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('taxes') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('currencies') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('cost_centers') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('salespersons') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('exchange_rates') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('bank_accounts') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('contacts') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('items') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('invoices') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('credit_notes') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('payments') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('journals') ON CONFLICT (name) DO NOTHING;

INSERT INTO finz_migrations (name) VALUES ('reports') ON CONFLICT (name) DO NOTHING;

UPDATE finz_lock SET edition = 25 WHERE id = 1;

COMMIT;

