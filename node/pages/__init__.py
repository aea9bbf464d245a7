"""Pages for people: templates, catalogues and the models they show; no database, no network.

Endpoints read rows, turn them into views by ``listing_item`` and ``sheet_view`` and hand these
to ``rendering.Renderer``, which returns HTML.
"""
