-- What a promotion says to each of these members, in the order of their keys: nothing where it gives, else why it does
-- not. Of those it could give to, the first get it, as long as the budget lasts.
CREATE FUNCTION credits_promotion_verdicts(promotion bigint, members bigint[])
RETURNS TABLE (member_id bigint, why_not text) LANGUAGE sql STABLE AS $$
    WITH offer AS (
        SELECT id, currency, amount, budget - granted AS left FROM credits_promotion
        WHERE id = credits_promotion_verdicts.promotion
    ), weighed AS (
        SELECT member.id, CASE
            WHEN member.status IN ('withdrawn', 'erased') THEN 'left'
            WHEN member.status = 'disqualified' THEN 'disqualified'
            WHEN member.status <> 'active' THEN 'no_member'
            WHEN member.currency <> offer.currency THEN 'other_currency'
            WHEN had.id IS NOT NULL THEN 'has_it'
        END AS why_not, offer.amount, offer.left
        FROM offer
        JOIN accounts_member AS member ON member.id = ANY (members)
        LEFT JOIN credits_promotiongrant AS had ON had.member_id = member.id AND had.promotion_id = offer.id
    )
    SELECT weighed.id, coalesce(weighed.why_not, CASE
        WHEN count(*) FILTER (WHERE weighed.why_not IS NULL) OVER in_order * weighed.amount > weighed.left THEN 'budget'
    END)
    FROM weighed WINDOW in_order AS (ORDER BY weighed.id ROWS UNBOUNDED PRECEDING)
    ORDER BY weighed.id
$$;

-- Give a promotion's credits to these members, as a part of a handout; returns to how many, and how many it refused.
--
-- Members, accounts and the promotion are locked in the order in which everybody locks them, each by a statement before
-- the one that decides, so that this one sees what the transactions it waited for have left. The triggers on entries and
-- on grants move the lots, the accounts and what was given of the budget. A promotion that has ended gives no row back.
CREATE FUNCTION credits_hand_out(handout bigint, members bigint[], at timestamptz, last_day date, clauses text[])
RETURNS TABLE (given bigint, refused bigint) LANGUAGE plpgsql AS $$
DECLARE
    offer credits_promotion;
    run credits_handout;
BEGIN
    SELECT * INTO run FROM credits_handout WHERE id = credits_hand_out.handout;
    PERFORM FROM accounts_member AS member WHERE member.id = ANY (members) ORDER BY member.id FOR SHARE;
    INSERT INTO credits_account (member_id, currency, balance, sequence)
    SELECT verdict.member_id, promotion.currency, 0, 0
    FROM credits_promotion AS promotion
    CROSS JOIN credits_promotion_verdicts(promotion.id, members) AS verdict
    WHERE promotion.id = run.promotion_id AND verdict.why_not IS NULL
    ON CONFLICT DO NOTHING;
    PERFORM FROM credits_account AS account WHERE account.member_id = ANY (members)
        ORDER BY account.member_id FOR NO KEY UPDATE;
    SELECT * INTO offer FROM credits_promotion WHERE id = run.promotion_id FOR NO KEY UPDATE;
    IF offer.status <> 'open' THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH verdict AS MATERIALIZED (
        SELECT * FROM credits_promotion_verdicts(offer.id, credits_hand_out.members)
    ), chosen AS MATERIALIZED (
        SELECT account.member_id, account.sequence, account.balance,
            CASE holder.language WHEN 'en' THEN offer.name_en ELSE offer.name_ko END AS reason
        FROM verdict
        JOIN credits_account AS account ON account.member_id = verdict.member_id
        JOIN accounts_member AS member ON member.id = verdict.member_id
        JOIN accounts_user AS holder ON holder.id = member.user_id
        WHERE verdict.why_not IS NULL
    ), lot AS (
        INSERT INTO credits_lot (
            public_id, member_id, kind, source, amount, remaining, granted_at, expires_on, expires_at, purchase, reason,
            clauses, key
        )
        SELECT kernel_new_id(), chosen.member_id, 'free', 'grant', offer.amount, 0, credits_hand_out.at,
            credits_hand_out.last_day,
            (credits_hand_out.last_day + 1)::timestamp AT TIME ZONE 'Asia/Seoul', '', chosen.reason,
            credits_hand_out.clauses, 'promotion:prm_' || replace(offer.public_id::text, '-', '')
        FROM chosen
        RETURNING id, member_id, reason
    ), entry AS (
        INSERT INTO credits_entry (
            public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining, at, by_id,
            clauses, note
        )
        SELECT kernel_new_id(), lot.member_id, chosen.sequence + 1, lot.id, 'grant', offer.amount, chosen.balance,
            chosen.balance + offer.amount, offer.amount, credits_hand_out.at, run.begun_by_id, credits_hand_out.clauses,
            lot.reason
        FROM lot JOIN chosen ON chosen.member_id = lot.member_id
    ), written AS (
        INSERT INTO credits_promotiongrant (member_id, promotion_id, lot_id, amount, handout_id, at)
        SELECT lot.member_id, offer.id, lot.id, offer.amount, run.id, credits_hand_out.at FROM lot
        RETURNING 1
    ), told AS (
        INSERT INTO credits_handoutrefusal (member_id, handout_id, why)
        SELECT verdict.member_id, run.id, verdict.why_not FROM verdict WHERE verdict.why_not IS NOT NULL
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM told);
END
$$;
