// Rosa, 74: diabetes on insulin and a sulfonylurea, heart failure, depression, hypertension; home after an emergency stay.

Instance: in-rosa
InstanceOf: Patient
Usage: #inline
* insert Key(rosa)
* active = true
* identifier[1].use = #usual
* identifier[1].type = http://terminology.hl7.org/CodeSystem/v2-0203#MR
* identifier[1].system = "https://riverbend.example/mrn"
* identifier[1].value = "RB-104471"
* name.use = #official
* name.family = "Delgado"
* name.given = "Rosa"
* telecom[0].system = #phone
* telecom[0].use = #mobile
* telecom[0].value = "+1-555-0120"
* gender = #female
* birthDate = "1951-08-14"
* address.use = #home
* address.line = "12 Example Street"
* address.city = "Springfield"
* address.state = "IL"
* address.postalCode = "62701"
* address.country = "US"
* communication.language = urn:ietf:bcp:47#es "Spanish"
* communication.language.text = "Spanish"
* communication.preferred = true
* generalPractitioner.reference = "Practitioner?identifier=https://carefhir.org/fhir/sid/example|physician"
* managingOrganization.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|practice"
* extension[+].url = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
* extension[=].valueBoolean = true

Instance: in-rosa-daughter
InstanceOf: RelatedPerson
Usage: #inline
* insert Key(rosa-daughter)
* active = true
* patient.reference = "urn:uuid:20000000-0000-4000-8000-000000000001"
* relationship = http://terminology.hl7.org/CodeSystem/v3-RoleCode#DAUC "daughter"
* name.family = "Delgado"
* name.given = "Elena"
* telecom.system = #phone
* telecom.value = "+1-555-0121"

Instance: in-rosa-emergency
InstanceOf: Encounter
Usage: #inline
* insert Key(rosa-emergency)
* status = #finished
* class = ACT#EMER "emergency"
* type = SCT#50849002 "Emergency room admission (procedure)"
* priority = PRIORITY#EM "emergency"
* subject.reference = "urn:uuid:20000000-0000-4000-8000-000000000001"
* period.start = "2025-12-14T18:30:00-06:00"
* period.end = "2025-12-14T23:10:00-06:00"
* reasonCode.text = "Short of breath after two days of swollen legs"
* insert AtHospital
* insert Disposition(01)

Instance: in-rosa-stay
InstanceOf: Encounter
Usage: #inline
* insert Key(rosa-stay)
* status = #finished
* class = ACT#IMP "inpatient encounter"
* type = SCT#32485007 "Hospital admission (procedure)"
* priority = PRIORITY#EM "emergency"
* subject.reference = "urn:uuid:20000000-0000-4000-8000-000000000001"
* period.start = "2026-03-01T04:20:00-06:00"
* period.end = "2026-03-06T14:30:00-06:00"
* reasonCode.text = "Heart failure, decompensated"
* diagnosis.condition.reference = "urn:uuid:20000000-0000-4000-8000-000000000005"
* insert AtHospital
* hospitalization.admitSource = http://terminology.hl7.org/CodeSystem/admit-source#emd
* insert Disposition(01)

Instance: in-rosa-heart-failure-acute
InstanceOf: Condition
Usage: #inline
* insert Problem(rosa-heart-failure-acute, encounter-diagnosis, 443253003, "Acute on chronic systolic heart failure", I50.23, 2026-03-01, 20000000-0000-4000-8000-000000000001)
* encounter.reference = "urn:uuid:20000000-0000-4000-8000-000000000004"

Instance: in-rosa-heart-failure
InstanceOf: Condition
Usage: #inline
* insert Problem(rosa-heart-failure, problem-list-item, 703272007, "Heart failure with reduced ejection fraction", I50.22, 2021-05-10, 20000000-0000-4000-8000-000000000001)
* stage.summary.text = "NYHA class II"

Instance: in-rosa-diabetes
InstanceOf: Condition
Usage: #inline
* insert Problem(rosa-diabetes, problem-list-item, 44054006, "Diabetes mellitus type 2", E11.9, 2009-02-01, 20000000-0000-4000-8000-000000000001)

Instance: in-rosa-hypertension
InstanceOf: Condition
Usage: #inline
* insert Problem(rosa-hypertension, problem-list-item, 59621000, "Essential hypertension", I10, 2004-06-01, 20000000-0000-4000-8000-000000000001)

Instance: in-rosa-depression
InstanceOf: Condition
Usage: #inline
* insert Problem(rosa-depression, problem-list-item, 370143000, "Major depression disorder", F33.9, 2019-11-15, 20000000-0000-4000-8000-000000000001)

Instance: in-rosa-allergy
InstanceOf: AllergyIntolerance
Usage: #inline
* insert Key(rosa-allergy)
* clinicalStatus = http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical#active
* verificationStatus = http://terminology.hl7.org/CodeSystem/allergyintolerance-verification#confirmed
* type = #allergy
* category = #medication
* criticality = #low
* code = RXN#7980 "penicillin G"
* code.text = "penicillin"
* patient.reference = "urn:uuid:20000000-0000-4000-8000-000000000001"
* reaction.manifestation = SCT#247472004 "Wheal"
* reaction.manifestation.text = "hives"

Instance: in-rosa-glargine
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(rosa-glargine, 311041, "insulin glargine 100 UNT/ML Injectable Solution", 274783, "insulin glargine", 2025-09-02, "24 units under the skin at bedtime", 20000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#community

Instance: in-rosa-glipizide
InstanceOf: MedicationRequest
Usage: #inline
* insert Key(rosa-glipizide)
* status = #active
* intent = #order
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#community
* medicationCodeableConcept = RXN#4821 "glipizide"
* medicationCodeableConcept.text = "glipizide 5 MG Oral Tablet"
* subject.reference = "urn:uuid:20000000-0000-4000-8000-000000000001"
* authoredOn = "2024-04-11"
* requester.reference = "Practitioner?identifier=https://carefhir.org/fhir/sid/example|physician"
* dosageInstruction.text = "1 tablet twice a day before meals"

Instance: in-rosa-carvedilol
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(rosa-carvedilol, 200032, "carvedilol 12.5 MG Oral Tablet", 20352, "carvedilol", 2025-06-20, "1 tablet twice a day with food", 20000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#community

Instance: in-rosa-lisinopril
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(rosa-lisinopril, 314076, "lisinopril 10 MG Oral Tablet", 29046, "lisinopril", 2024-01-15, "1 tablet in the morning", 20000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#community

Instance: in-rosa-sertraline
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(rosa-sertraline, 312941, "sertraline 50 MG Oral Tablet", 36437, "sertraline", 2025-08-04, "1 tablet in the morning", 20000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#community

Instance: in-rosa-furosemide-before
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(rosa-furosemide-before, 310429, "furosemide 20 MG Oral Tablet", 4603, "furosemide", 2025-06-20, "1 tablet in the morning", 20000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#community
* status = #stopped

Instance: in-rosa-furosemide
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(rosa-furosemide, 313988, "furosemide 40 MG Oral Tablet", 4603, "furosemide", 2026-03-06, "1 tablet in the morning", 20000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#discharge
* encounter.reference = "urn:uuid:20000000-0000-4000-8000-000000000004"

// Her discharge list: as before, with twice the furosemide; glipizide is neither continued nor stopped.
Instance: in-rosa-glargine-discharge
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(rosa-glargine-discharge, 311041, "insulin glargine 100 UNT/ML Injectable Solution", 274783, "insulin glargine", 2026-03-06, "24 units under the skin at bedtime", 20000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#discharge
* encounter.reference = "urn:uuid:20000000-0000-4000-8000-000000000004"

Instance: in-rosa-carvedilol-discharge
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(rosa-carvedilol-discharge, 200032, "carvedilol 12.5 MG Oral Tablet", 20352, "carvedilol", 2026-03-06, "1 tablet twice a day with food", 20000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#discharge
* encounter.reference = "urn:uuid:20000000-0000-4000-8000-000000000004"

Instance: in-rosa-lisinopril-discharge
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(rosa-lisinopril-discharge, 314076, "lisinopril 10 MG Oral Tablet", 29046, "lisinopril", 2026-03-06, "1 tablet in the morning", 20000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#discharge
* encounter.reference = "urn:uuid:20000000-0000-4000-8000-000000000004"

Instance: in-rosa-sertraline-discharge
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(rosa-sertraline-discharge, 312941, "sertraline 50 MG Oral Tablet", 36437, "sertraline", 2026-03-06, "1 tablet in the morning", 20000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#discharge
* encounter.reference = "urn:uuid:20000000-0000-4000-8000-000000000004"

Instance: in-rosa-a1c-before
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-a1c-before, laboratory, 4548-4, "Hemoglobin A1c", 2025-09-02T09:00:00-05:00, 20000000-0000-4000-8000-000000000001)
* valueQuantity = 8.1 '%' "%"

Instance: in-rosa-a1c
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-a1c, laboratory, 4548-4, "Hemoglobin A1c", 2026-03-02T07:10:00-06:00, 20000000-0000-4000-8000-000000000001)
* valueQuantity = 8.6 '%' "%"

Instance: in-rosa-potassium
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-potassium, laboratory, 2823-3, "Potassium", 2026-03-06T06:30:00-06:00, 20000000-0000-4000-8000-000000000001)
* valueQuantity = 4.6 'mmol/L' "mmol/L"

Instance: in-rosa-creatinine
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-creatinine, laboratory, 2160-0, "Creatinine", 2026-03-06T06:30:00-06:00, 20000000-0000-4000-8000-000000000001)
* valueQuantity = 1.0 'mg/dL' "mg/dL"

Instance: in-rosa-hemoglobin
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-hemoglobin, laboratory, 718-7, "Hemoglobin", 2026-03-06T06:30:00-06:00, 20000000-0000-4000-8000-000000000001)
* valueQuantity = 12.6 'g/dL' "g/dL"

Instance: in-rosa-ejection-fraction
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-ejection-fraction, imaging, 10230-1, "Left ventricular ejection fraction", 2026-03-03T11:00:00-06:00, 20000000-0000-4000-8000-000000000001)
* valueQuantity = 35 '%' "%"

Instance: in-rosa-weight-admission
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-weight-admission, vital-signs, 29463-7, "Body weight", 2026-03-01T06:00:00-06:00, 20000000-0000-4000-8000-000000000001)
* valueQuantity = 192.4 '[lb_av]' "lb"

Instance: in-rosa-weight-day-before
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-weight-day-before, vital-signs, 29463-7, "Body weight", 2026-03-05T06:00:00-06:00, 20000000-0000-4000-8000-000000000001)
* valueQuantity = 181.2 '[lb_av]' "lb"

Instance: in-rosa-weight-discharge
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-weight-discharge, vital-signs, 29463-7, "Body weight", 2026-03-06T06:00:00-06:00, 20000000-0000-4000-8000-000000000001)
* valueQuantity = 180.0 '[lb_av]' "lb"

Instance: in-rosa-pressure-admission
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-pressure-admission, vital-signs, 85354-9, "Blood pressure", 2026-03-01T04:40:00-06:00, 20000000-0000-4000-8000-000000000001)
* insert Pressure(162, 94)

Instance: in-rosa-pressure-discharge
InstanceOf: Observation
Usage: #inline
* insert Measured(rosa-pressure-discharge, vital-signs, 85354-9, "Blood pressure", 2026-03-06T08:00:00-06:00, 20000000-0000-4000-8000-000000000001)
* insert Pressure(128, 72)

Instance: rosa
InstanceOf: Bundle
Usage: #example
* type = #transaction
* insert Entry(in-rosa, Patient, rosa, 20000000-0000-4000-8000-000000000001)
* insert Entry(in-rosa-daughter, RelatedPerson, rosa-daughter, 20000000-0000-4000-8000-000000000002)
* insert Entry(in-rosa-emergency, Encounter, rosa-emergency, 20000000-0000-4000-8000-000000000003)
* insert Entry(in-rosa-stay, Encounter, rosa-stay, 20000000-0000-4000-8000-000000000004)
* insert Entry(in-rosa-heart-failure-acute, Condition, rosa-heart-failure-acute, 20000000-0000-4000-8000-000000000005)
* insert Entry(in-rosa-heart-failure, Condition, rosa-heart-failure, 20000000-0000-4000-8000-000000000006)
* insert Entry(in-rosa-diabetes, Condition, rosa-diabetes, 20000000-0000-4000-8000-000000000007)
* insert Entry(in-rosa-hypertension, Condition, rosa-hypertension, 20000000-0000-4000-8000-000000000008)
* insert Entry(in-rosa-depression, Condition, rosa-depression, 20000000-0000-4000-8000-000000000009)
* insert Entry(in-rosa-allergy, AllergyIntolerance, rosa-allergy, 20000000-0000-4000-8000-000000000010)
* insert Entry(in-rosa-glargine, MedicationRequest, rosa-glargine, 20000000-0000-4000-8000-000000000011)
* insert Entry(in-rosa-glipizide, MedicationRequest, rosa-glipizide, 20000000-0000-4000-8000-000000000012)
* insert Entry(in-rosa-carvedilol, MedicationRequest, rosa-carvedilol, 20000000-0000-4000-8000-000000000013)
* insert Entry(in-rosa-lisinopril, MedicationRequest, rosa-lisinopril, 20000000-0000-4000-8000-000000000014)
* insert Entry(in-rosa-sertraline, MedicationRequest, rosa-sertraline, 20000000-0000-4000-8000-000000000015)
* insert Entry(in-rosa-furosemide-before, MedicationRequest, rosa-furosemide-before, 20000000-0000-4000-8000-000000000016)
* insert Entry(in-rosa-furosemide, MedicationRequest, rosa-furosemide, 20000000-0000-4000-8000-000000000017)
* insert Entry(in-rosa-a1c-before, Observation, rosa-a1c-before, 20000000-0000-4000-8000-000000000018)
* insert Entry(in-rosa-a1c, Observation, rosa-a1c, 20000000-0000-4000-8000-000000000019)
* insert Entry(in-rosa-potassium, Observation, rosa-potassium, 20000000-0000-4000-8000-000000000020)
* insert Entry(in-rosa-creatinine, Observation, rosa-creatinine, 20000000-0000-4000-8000-000000000021)
* insert Entry(in-rosa-hemoglobin, Observation, rosa-hemoglobin, 20000000-0000-4000-8000-000000000022)
* insert Entry(in-rosa-ejection-fraction, Observation, rosa-ejection-fraction, 20000000-0000-4000-8000-000000000023)
* insert Entry(in-rosa-weight-admission, Observation, rosa-weight-admission, 20000000-0000-4000-8000-000000000024)
* insert Entry(in-rosa-weight-day-before, Observation, rosa-weight-day-before, 20000000-0000-4000-8000-000000000025)
* insert Entry(in-rosa-weight-discharge, Observation, rosa-weight-discharge, 20000000-0000-4000-8000-000000000026)
* insert Entry(in-rosa-pressure-admission, Observation, rosa-pressure-admission, 20000000-0000-4000-8000-000000000027)
* insert Entry(in-rosa-pressure-discharge, Observation, rosa-pressure-discharge, 20000000-0000-4000-8000-000000000028)
* insert Entry(in-rosa-glargine-discharge, MedicationRequest, rosa-glargine-discharge, 20000000-0000-4000-8000-000000000029)
* insert Entry(in-rosa-carvedilol-discharge, MedicationRequest, rosa-carvedilol-discharge, 20000000-0000-4000-8000-000000000030)
* insert Entry(in-rosa-lisinopril-discharge, MedicationRequest, rosa-lisinopril-discharge, 20000000-0000-4000-8000-000000000031)
* insert Entry(in-rosa-sertraline-discharge, MedicationRequest, rosa-sertraline-discharge, 20000000-0000-4000-8000-000000000032)
