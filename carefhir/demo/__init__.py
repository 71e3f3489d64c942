"""The demo: a patient's journey on a sandbox or a server, the first thing a nurse and an engineer see."""
