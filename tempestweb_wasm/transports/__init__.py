"""How frames travel. The app, the reconciler and the client never learn which one does it."""
