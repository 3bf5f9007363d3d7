"""Settings of the back office: what it is called, what it shows, its colours."""

UNFOLD = {
    "SITE_TITLE": "Upstage Console",
    "SITE_HEADER": "Upstage Console",
    "SITE_SYMBOL": "gavel",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "upstage_console.web.back_office.icon"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": "upstage_console.web.back_office.language"},
    "ENVIRONMENT": "upstage_console.web.back_office.environment",
    "DASHBOARD_CALLBACK": "upstage_console.kernel.admin.today.dashboard",
    "STYLES": ["upstage_console.web.back_office.fonts", "upstage_console.web.back_office.styles"],
    "COMMAND": {"search_callback": "upstage_console.web.search.found"},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "navigation": "upstage_console.web.back_office.navigation",
    },
    "BORDER_RADIUS": "6px",
    # The accent of the console's own pages (web/tokens.css).
    "COLORS": {
        "primary": {
            "50": "#f6f4ff",
            "100": "#efecfe",
            "200": "#e0daff",
            "300": "#c5bbfb",
            "400": "#a99bf2",
            "500": "#7c69e6",
            "600": "#5a44d6",
            "700": "#4734b4",
            "800": "#3b2c92",
            "900": "#312671",
            "950": "#1e1747",
        },
    },
}
