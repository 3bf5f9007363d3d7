"""What must hold among members at every moment: each statement finds what breaks it, so it must find nothing."""

CHECKS: dict[str, str] = {
    "Nothing live names a former member": """
        SELECT member.id AS member_id, member.public_id
        FROM accounts_member AS member JOIN accounts_user AS person ON person.id = member.user_id
        WHERE member.separated_at IS NOT NULL AND (
            person.is_active OR person.email NOT LIKE 'member-%@gone.invalid' OR person.name <> ''
            OR EXISTS (SELECT FROM account_emailaddress AS address WHERE address.user_id = person.id)
            OR EXISTS (SELECT FROM mfa_authenticator AS factor WHERE factor.user_id = person.id)
            OR EXISTS (SELECT FROM usersessions_usersession AS session WHERE session.user_id = person.id)
            OR EXISTS (SELECT FROM accounts_consent AS consent WHERE consent.member_id = member.id
                AND (consent.ip IS NOT NULL OR consent.user_agent <> ''))
            OR EXISTS (SELECT FROM accounts_apikey AS key WHERE key.member_id = member.id
                AND key.last_used_from IS NOT NULL)
            OR EXISTS (SELECT FROM accounts_departure AS departure WHERE departure.member_id = member.id
                AND departure.reason <> '')
        )
    """,
    "Of an erased member nothing is kept": """
        SELECT member.id AS member_id, record.public_id FROM accounts_member AS member
        JOIN accounts_keptrecord AS record ON record.member_id = member.id
        WHERE member.status = 'erased' AND record.destroyed_at IS NULL
    """,
    "What was destroyed has its proof": """
        SELECT member.id AS member_id, proof.what FROM accounts_member AS member
        CROSS JOIN LATERAL (
            SELECT 'live' AS what WHERE member.separated_at IS NOT NULL
            UNION ALL SELECT 'erased' WHERE member.status = 'erased'
            UNION ALL SELECT record.record || ':' || record.kept_until FROM accounts_keptrecord AS record
            WHERE record.member_id = member.id AND record.destroyed_at IS NOT NULL
        ) AS proof
        LEFT JOIN accounts_destruction AS destruction ON destruction.what = proof.what
            AND destruction.subject = 'mem_' || replace(member.public_id::text, '-', '')
        WHERE destruction.id IS NULL
    """,
    "A restriction of a sanction stands only while the sanction is in force": """
        SELECT restriction.member_id, restriction.public_id, sanction.status
        FROM accounts_restriction AS restriction JOIN accounts_sanction AS sanction
            ON sanction.id = restriction.sanction_id
        WHERE restriction.lifted_at IS NULL AND restriction.end_noted_at IS NULL AND sanction.status <> 'in_force'
            OR restriction.member_id <> sanction.member_id
    """,
    "A deemed consent has a notice to the same member before it": """
        SELECT consent.member_id, consent.version_id, consent.at
        FROM accounts_consent AS consent LEFT JOIN accounts_notice AS notice ON notice.id = consent.notice_id
        WHERE consent.mode = 'deemed'
            AND (notice.id IS NULL OR notice.member_id <> consent.member_id OR notice.at > consent.at)
    """,
    "A withdrawal is separated with its member": """
        SELECT departure.member_id, departure.public_id
        FROM accounts_departure AS departure JOIN accounts_member AS member ON member.id = departure.member_id
        WHERE departure.separated_at IS NOT NULL AND member.separated_at IS NULL
    """,
}
"""A sentence that holds → the statement that finds where it does not. Every row names its `member_id`."""
