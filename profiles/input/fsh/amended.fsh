// Answers that were amended: what is said of the results that the earlier answers gave.

Extension: Superseded
Id: superseded
Title: "Superseded"
Description: "Says that this result no longer counts: the response it was made from was amended. Refers to the result that replaces it, or to the amended response where no result does. The result was right when it was written, so it keeps its status; no list, trend, tier, fact or color of ours reads it again. The new result names the old one by HL7's observation-replaces."
* insert Definitional
* ^url = "https://carefhir.org/fhir/StructureDefinition/superseded"
* ^context[0].type = #element
* ^context[0].expression = "Observation"
* value[x] only Reference(Observation or QuestionnaireResponse)
* valueReference 1..1
