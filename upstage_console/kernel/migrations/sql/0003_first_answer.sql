-- What was answered to the first request with this key, for work that is done in the same transaction.
--
-- `state` is `new` (do the work; the key is this transaction's until it ends), `first` (status and body are the first
-- answer), `other` (the key was used for another request) or `running` (another transaction is at it). An answer of
-- `kept_since` or before is forgotten.
CREATE FUNCTION kernel_first_answer(
    scope text, key text, fingerprint text, kept_since timestamptz, OUT state text, OUT status integer, OUT body jsonb
) LANGUAGE plpgsql AS $$
DECLARE
    seen record;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(kernel_first_answer.scope || ' ' || kernel_first_answer.key, 0)) THEN
        state := 'running';
        RETURN;
    END IF;
    SELECT record.* INTO seen FROM kernel_idempotencyrecord AS record
    WHERE record.scope = kernel_first_answer.scope AND record.key = kernel_first_answer.key;
    IF seen.at <= kept_since THEN
        DELETE FROM kernel_idempotencyrecord AS record WHERE record.id = seen.id;
        state := 'new';
    ELSIF seen IS NULL THEN
        state := 'new';
    ELSIF seen.fingerprint <> kernel_first_answer.fingerprint THEN
        state := 'other';
    ELSE
        state := 'first';
        status := seen.status;
        body := seen.body;
    END IF;
END
$$;
