// What reconcile-medications writes, as profiles on base R4.

Profile: CarefhirReconciledMedicines
Parent: List
Id: carefhir-reconciled-medicines
Title: "Reconciled medicines"
Description: "The medicines after a reconciliation, who did it and when. An entry's flag says what differed and why, and what has been stopped: R4 allows entry.deleted and entry.date on other modes only (lst-2, lst-3)."
* insert Definitional
* identifier 1..*
* mode = #snapshot
* title 1..1
* code 1..1
* code.coding 1..*
* subject 1..1
* subject only Reference(Patient)
* encounter 1..1
* date 1..1
* source 1..1
* entry.extension contains DiscrepancyExtension named discrepancy 0..*
* entry.flag from DiscrepancyWhatCodes (extensible)
* entry.item only Reference(MedicationStatement)

Profile: CarefhirReconciledMedicine
Parent: MedicationStatement
Id: carefhir-reconciled-medicine
Title: "Reconciled medicine"
Description: "One medicine after a reconciliation: active, stopped, not taken, on hold, or not known until the prescriber has decided. Derived from the orders it was found in; if it is on no list, from what the person said."
* insert Definitional
* identifier 1..*
* subject only Reference(Patient)
* context 1..1
* effective[x] 1..1
* effective[x] only Period
* dateAsserted 1..1
* informationSource 1..1

Profile: CarefhirDiscrepancy
Parent: DetectedIssue
Id: carefhir-discrepancy
Title: "Difference between medication lists"
Description: "A difference that a prescriber decides: what differs, between which records, in words. Preliminary until decided; final, with what was done, where a prescriber decided in the reconciliation itself."
* insert Definitional
* identifier 1..*
* code 1..1
* code from DiscrepancyWhatCodes (required)
* patient 1..1
* identified[x] 1..1
* author 1..1
* implicated 1..*
* detail 1..1
* extension contains DiscrepancyExtension named discrepancy 1..1
