"""The demo: Rosa's and Earl's journeys on a sandbox or a server, the first thing a nurse and an engineer see."""
