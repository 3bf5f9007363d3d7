-- A month's end as plain as it can be: totals of the raw events, then an invoice a member with its lines, an entry and a
-- balance, all members in one transaction.
CREATE SCHEMA IF NOT EXISTS floor;

CREATE TABLE floor.total (member_id bigint, meter_id bigint, price_id bigint, events bigint, quantity numeric, amount numeric);
CREATE TABLE floor.invoice (id bigint PRIMARY KEY, member_id bigint, number text UNIQUE, amount numeric, issued_at timestamptz);
CREATE TABLE floor.line (
    invoice_id bigint, position bigint, meter_id bigint, price_id bigint, quantity numeric, amount numeric,
    PRIMARY KEY (invoice_id, position)
);
CREATE TABLE floor.posting (
    member_id bigint, sequence bigint, invoice_id bigint, amount numeric, balance numeric, at timestamptz,
    PRIMARY KEY (member_id, sequence)
);
CREATE TABLE floor.owing (member_id bigint PRIMARY KEY, balance numeric, sequence bigint);
