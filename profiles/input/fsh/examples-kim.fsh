// Kim, 46, type 2 diabetes: fills in a form at home on a Saturday night.

Instance: in-kim
InstanceOf: Patient
Usage: #inline
* insert Key(kim)
* active = true
* identifier[1].use = #usual
* identifier[1].type = http://terminology.hl7.org/CodeSystem/v2-0203#MR
* identifier[1].system = "https://riverbend.example/mrn"
* identifier[1].value = "RB-133958"
* name.use = #official
* name.family = "Tran"
* name.given = "Kim"
* telecom[0].system = #phone
* telecom[0].use = #mobile
* telecom[0].value = "+1-555-0140"
* gender = #female
* birthDate = "1979-09-09"
* address.use = #home
* address.line = "12 Example Street"
* address.city = "Springfield"
* address.state = "IL"
* address.postalCode = "62701"
* address.country = "US"
* communication.language = urn:ietf:bcp:47#en "English"
* communication.language.text = "English"
* communication.preferred = true
* generalPractitioner.reference = "Practitioner?identifier=https://carefhir.org/fhir/sid/example|physician"
* managingOrganization.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|practice"
* telecom[1].system = #email
* telecom[1].value = "kim@example.org"

Instance: in-kim-diabetes
InstanceOf: Condition
Usage: #inline
* insert Problem(kim-diabetes, problem-list-item, 44054006, "Diabetes mellitus type 2", E11.9, 2022-07-01, 40000000-0000-4000-8000-000000000001)

Instance: in-kim-metformin
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(kim-metformin, 861007, "metformin hydrochloride 500 MG Oral Tablet", 6809, "metformin", 2025-07-01, "1 tablet twice a day with meals", 40000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#community

Instance: in-kim-a1c
InstanceOf: Observation
Usage: #inline
* insert Measured(kim-a1c, laboratory, 4548-4, "Hemoglobin A1c", 2026-02-10T08:30:00-06:00, 40000000-0000-4000-8000-000000000001)
* valueQuantity = 7.4 '%' "%"
* performer.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|practice"

Instance: in-kim-pressure
InstanceOf: Observation
Usage: #inline
* insert Measured(kim-pressure, vital-signs, 85354-9, "Blood pressure", 2026-02-10T08:20:00-06:00, 40000000-0000-4000-8000-000000000001)
* insert Pressure(126, 78)
* performer.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|practice"

Instance: kim
InstanceOf: Bundle
Usage: #example
* type = #transaction
* insert Entry(in-kim, Patient, kim, 40000000-0000-4000-8000-000000000001)
* insert Entry(in-kim-diabetes, Condition, kim-diabetes, 40000000-0000-4000-8000-000000000002)
* insert Entry(in-kim-metformin, MedicationRequest, kim-metformin, 40000000-0000-4000-8000-000000000003)
* insert Entry(in-kim-a1c, Observation, kim-a1c, 40000000-0000-4000-8000-000000000004)
* insert Entry(in-kim-pressure, Observation, kim-pressure, 40000000-0000-4000-8000-000000000005)
