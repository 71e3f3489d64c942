"""SMART App Launch 2.2: an EHR starts the service as an app, for one patient and whoever is signed in there.

registration   what the site has registered at an EHR: client, origins, scopes       read once, at start
discovery      the EHR's authorization server, from its own document                 pinned origins only
transaction    from the launch to the callback: one sealed cookie per `state`        10 minutes, once
tokens         code or refresh token for an access token, and its end                the client proves itself
identity       the id_token: who is signed in                                        by the issuer's keys
sessions       one per launch, on the server; the browser holds a handle             both must match
flow           the way through all of them
routes, visits what a browser asks for; what a person sees is in `pages`
"""
