-- What contracts owe for a month, as plain as it can be: each fee summed up by one statement, without the sentences that
-- say how it was counted, and without what was billed before.
CREATE SCHEMA IF NOT EXISTS floor;
CREATE TABLE IF NOT EXISTS floor.owed (contract_id bigint, fee_id bigint, quantity numeric, amount numeric);
