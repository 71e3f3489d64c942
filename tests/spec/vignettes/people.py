"""Who looks after the people of the stories (profiles/examples/Bundle-team.json)."""

from tests.spec.story import Person

DANA = Person("nurse", "Dana Whitfield", "registered nurse, care manager")
SAMUEL = Person("physician", "Samuel Okafor", "physician, supervising provider")
INES = Person("nurse-practitioner", "Ines Calloway", "nurse practitioner, on call")
MARIBEL = Person("social-worker", "Maribel Santos", "social worker")
JOEL = Person("pharmacist", "Joel Abrams", "pharmacist")
LENA = Person("community-health-worker", "Lena Begay", "community health worker")
TEAM = (DANA, SAMUEL, INES, MARIBEL, JOEL, LENA)
