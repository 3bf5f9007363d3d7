"""Django on the embedded PostgreSQL: `ENGINE = "upstage_console.embedded.backend"`."""
