// One example of everything reconcile-medications writes, around the imaginary person Rosa.

Instance: reconciled-medicine
InstanceOf: CarefhirReconciledMedicine
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000101)
* status = #active
* medicationCodeableConcept.coding[0] = RXN#313988 "furosemide 40 MG Oral Tablet"
* medicationCodeableConcept.text = "furosemide 40 MG Oral Tablet"
* insert Rosa(subject)
* context.reference = "Encounter/rosa-stay"
* effectivePeriod.start = "2026-03-09T10:00:00-05:00"
* dateAsserted = "2026-03-09T10:25:00-05:00"
* informationSource.reference = "Patient/rosa"
* derivedFrom.reference = "MedicationRequest/rosa-furosemide"
* note.text = "dose changed, intended: taught: one of the new tablets"
* dosage.text = "1 tablet in the morning"

Instance: reconciled-medicines
InstanceOf: CarefhirReconciledMedicines
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000102)
* status = #current
* mode = #snapshot
* title = "Reconciled medicines"
* code = LNC#10160-0
* insert Rosa(subject)
* encounter.reference = "Encounter/rosa-stay"
* date = "2026-03-09T10:25:00-05:00"
* source.reference = "Practitioner/nurse"
* entry.extension[discrepancy].extension[what].valueCode = #dose-changed
* entry.extension[discrepancy].extension[why].valueCode = #intended
* entry.extension[discrepancy].extension[action].valueString = "taught: one of the new tablets"
* entry.extension[discrepancy].extension[open].valueBoolean = false
* entry.flag = https://carefhir.org/fhir/CodeSystem/discrepancy-what#dose-changed "dose changed"
* entry.flag.text = "dose changed, intended"
* entry.item.reference = "MedicationStatement/reconciled-medicine"

Instance: discrepancy
InstanceOf: CarefhirDiscrepancy
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000103)
* status = #preliminary
* code = https://carefhir.org/fhir/CodeSystem/discrepancy-what#omitted "omitted"
* extension[discrepancy].extension[what].valueCode = #omitted
* extension[discrepancy].extension[why].valueCode = #unknown
* extension[discrepancy].extension[open].valueBoolean = true
* insert Rosa(patient)
* identifiedDateTime = "2026-03-09T10:25:00-05:00"
* author.reference = "Practitioner/nurse"
* implicated.reference = "MedicationRequest/rosa-glipizide"
* detail = "glipizide: 1 tablet twice a day before meals before; not at discharge. Why it is so is not known."
