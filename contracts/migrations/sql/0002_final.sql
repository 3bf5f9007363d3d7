-- What is evidence is final for every role that writes rows: these triggers know no exception (rift/4.1).

CREATE FUNCTION contracts_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what was signed or filed is final', TG_OP, TG_TABLE_NAME;
END $$;

CREATE TRIGGER final BEFORE UPDATE OR DELETE ON contracts_contractfile FOR EACH ROW EXECUTE FUNCTION contracts_refuse();
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON contracts_conclusion FOR EACH ROW EXECUTE FUNCTION contracts_refuse();
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON contracts_signatureevent FOR EACH ROW EXECUTE FUNCTION contracts_refuse();
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON contracts_emailapproval FOR EACH ROW EXECUTE FUNCTION contracts_refuse();

-- A document that was accepted or signed keeps everything; one that was offered keeps its words.
CREATE TRIGGER kept BEFORE DELETE ON contracts_contractdocument FOR EACH ROW EXECUTE FUNCTION contracts_refuse();
CREATE TRIGGER final BEFORE UPDATE ON contracts_contractdocument FOR EACH ROW WHEN (
    OLD.bound_at IS NOT NULL
    OR OLD.status <> 'draft' AND (
        OLD.customer_id, OLD.contract_id, OLD.kind, OLD.series, OLD.revision, OLD.title, OLD.is_deed, OLD.follows_id,
        OLD.says, OLD.prevails_over, OLD.file_id, OLD.sha256, OLD.valid_until, OLD.made_by_id, OLD.made_at,
        OLD.offered_at
    ) IS DISTINCT FROM (
        NEW.customer_id, NEW.contract_id, NEW.kind, NEW.series, NEW.revision, NEW.title, NEW.is_deed, NEW.follows_id,
        NEW.says, NEW.prevails_over, NEW.file_id, NEW.sha256, NEW.valid_until, NEW.made_by_id, NEW.made_at,
        NEW.offered_at
    )
) EXECUTE FUNCTION contracts_refuse();

CREATE FUNCTION contracts_refuse_unless_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    document bigint;
BEGIN
    IF TG_TABLE_NAME = 'contracts_sow' THEN
        document := CASE WHEN TG_OP = 'INSERT' THEN NEW.document_id ELSE OLD.document_id END;
    ELSE
        SELECT sow.document_id INTO document FROM contracts_sow AS sow
        WHERE sow.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.sow_id ELSE OLD.sow_id END;
    END IF;
    IF EXISTS (SELECT FROM contracts_contractdocument WHERE id = document AND status <> 'draft') THEN
        RAISE EXCEPTION '% of % is refused: the document was offered', TG_OP, TG_TABLE_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER offered BEFORE INSERT OR UPDATE OR DELETE ON contracts_sow
FOR EACH ROW EXECUTE FUNCTION contracts_refuse_unless_draft();
CREATE TRIGGER offered BEFORE INSERT OR UPDATE OR DELETE ON contracts_sowrow
FOR EACH ROW EXECUTE FUNCTION contracts_refuse_unless_draft();

-- The terms of a concluded contract and its fees are changed by change orders only.
CREATE TRIGGER kept BEFORE DELETE ON contracts_contract FOR EACH ROW EXECUTE FUNCTION contracts_refuse();
CREATE TRIGGER final BEFORE UPDATE ON contracts_contract FOR EACH ROW WHEN (
    OLD.concluded_at IS NOT NULL AND (
        OLD.customer_id, OLD.title, OLD.currency, OLD.starts_on, OLD.months, OLD.ends_on, OLD.term_why,
        OLD.payment_days, OLD.late_rate, OLD.concluded_at, OLD.concluded_on
    ) IS DISTINCT FROM (
        NEW.customer_id, NEW.title, NEW.currency, NEW.starts_on, NEW.months, NEW.ends_on, NEW.term_why,
        NEW.payment_days, NEW.late_rate, NEW.concluded_at, NEW.concluded_on
    )
) EXECUTE FUNCTION contracts_refuse();

CREATE FUNCTION contracts_refuse_where_concluded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM contracts_contract WHERE id = OLD.contract_id AND concluded_at IS NOT NULL) THEN
        RAISE EXCEPTION '% of % is refused: the contract is concluded', TG_OP, TG_TABLE_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER concluded BEFORE UPDATE OR DELETE ON contracts_contractfee
FOR EACH ROW EXECUTE FUNCTION contracts_refuse_where_concluded();

-- A decided review only lapses.
CREATE TRIGGER kept BEFORE DELETE ON contracts_review FOR EACH ROW EXECUTE FUNCTION contracts_refuse();
CREATE TRIGGER final BEFORE UPDATE ON contracts_review FOR EACH ROW WHEN (
    OLD.status IN ('approved', 'rejected', 'lapsed') AND NOT (
        NEW.status = 'lapsed' AND (
            OLD.customer_id, OLD.contract_id, OLD.kind, OLD.requested_by_id, OLD.requested_at, OLD.decided_by_id,
            OLD.approver_id, OLD.decided_at, OLD.reason, OLD.facts
        ) IS NOT DISTINCT FROM (
            NEW.customer_id, NEW.contract_id, NEW.kind, NEW.requested_by_id, NEW.requested_at, NEW.decided_by_id,
            NEW.approver_id, NEW.decided_at, NEW.reason, NEW.facts
        )
    )
) EXECUTE FUNCTION contracts_refuse();

-- A round of signatures stays about the document it showed; an answer stays the answer.
CREATE TRIGGER kept BEFORE DELETE ON contracts_signing FOR EACH ROW EXECUTE FUNCTION contracts_refuse();
CREATE TRIGGER final BEFORE UPDATE ON contracts_signing FOR EACH ROW WHEN (
    OLD.status <> 'open' OR (OLD.document_id, OLD.contract_id, OLD.customer_id, OLD.sha256)
    IS DISTINCT FROM (NEW.document_id, NEW.contract_id, NEW.customer_id, NEW.sha256)
) EXECUTE FUNCTION contracts_refuse();
CREATE TRIGGER kept BEFORE DELETE ON contracts_signer FOR EACH ROW EXECUTE FUNCTION contracts_refuse();
CREATE TRIGGER final BEFORE UPDATE ON contracts_signer FOR EACH ROW WHEN (
    OLD.signed_at IS NOT NULL OR OLD.declined_at IS NOT NULL
) EXECUTE FUNCTION contracts_refuse();

ALTER TABLE contracts_contractfile ADD CONSTRAINT contract_file_hash
CHECK (sha256 = encode(sha256(content), 'hex') AND size = octet_length(content));

-- They also hold in a session that calls itself a replica.
ALTER TABLE contracts_contractfile ENABLE ALWAYS TRIGGER final;
ALTER TABLE contracts_conclusion ENABLE ALWAYS TRIGGER final;
ALTER TABLE contracts_signatureevent ENABLE ALWAYS TRIGGER final;
ALTER TABLE contracts_emailapproval ENABLE ALWAYS TRIGGER final;
ALTER TABLE contracts_contractdocument ENABLE ALWAYS TRIGGER kept;
ALTER TABLE contracts_contractdocument ENABLE ALWAYS TRIGGER final;
ALTER TABLE contracts_sow ENABLE ALWAYS TRIGGER offered;
ALTER TABLE contracts_sowrow ENABLE ALWAYS TRIGGER offered;
ALTER TABLE contracts_contract ENABLE ALWAYS TRIGGER kept;
ALTER TABLE contracts_contract ENABLE ALWAYS TRIGGER final;
ALTER TABLE contracts_contractfee ENABLE ALWAYS TRIGGER concluded;
ALTER TABLE contracts_review ENABLE ALWAYS TRIGGER kept;
ALTER TABLE contracts_review ENABLE ALWAYS TRIGGER final;
ALTER TABLE contracts_signing ENABLE ALWAYS TRIGGER kept;
ALTER TABLE contracts_signing ENABLE ALWAYS TRIGGER final;
ALTER TABLE contracts_signer ENABLE ALWAYS TRIGGER kept;
ALTER TABLE contracts_signer ENABLE ALWAYS TRIGGER final;
