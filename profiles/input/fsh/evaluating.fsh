// Whether a plan works: what a person judges it to be, over how many days it is looked at, and what before and after can tell.

Alias: PLANEVALUATION = https://carefhir.org/fhir/CodeSystem/plan-evaluation
Alias: PLANJUDGMENT = https://carefhir.org/fhir/CodeSystem/plan-judgment

CodeSystem: PlanEvaluation
Id: plan-evaluation
Title: "Evaluation of a plan"
Description: "What an evaluation of a care plan asks."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/plan-evaluation"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/plan-evaluation"
* #works "whether the plan works" "Whether the care plan does what it was made for, as a person judges it."

ValueSet: PlanEvaluationCodes
Id: plan-evaluation
Title: "Evaluation of a plan: all codes"
Description: "Every code of the evaluation of a plan."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/plan-evaluation"
* include codes from system PlanEvaluation

CodeSystem: PlanJudgment
Id: plan-judgment
Title: "Judgments of a plan"
Description: "What a person judges a care plan to be. Numbers judge no plan: they are what the judgment rests on."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/plan-judgment"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/plan-judgment"
* #working "working" "The plan does what it was made for."
* #not-working "not working" "The plan does not do what it was made for: it is looked at again."
* #cannot-say "cannot say" "Too little is on record to say whether it works. It is not the same as working."

ValueSet: PlanJudgmentCodes
Id: plan-judgment
Title: "Judgments of a plan: all codes"
Description: "Every code of the judgments of a plan."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/plan-judgment"
* include codes from system PlanJudgment

Instance: evaluating
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(evaluating, Evaluating, "Evaluating a plan: over how many days")
* description = "The days since a plan began are put beside as many days before it. Before and after prove no cause: people come into care management after a bad time, and a bad time is often followed by a better one without it (regression to the mean)."
* insert Sourced(, V, [["Finkelstein A, et al. Health Care Hotspotting: A Randomized, Controlled Trial. N Engl J Med 2020;382:152-162, abstract: admissions before and after enrollment suggested a fall of 38 percentage points; people who were not enrolled improved as much."]])
* insert Param(least-days, 30, D, [["Days since a plan began below which before and after tell nothing: our default."]])
* insert Param(most-days, 365, D, [["Days that are looked at, at most: our default, one year, so that the same seasons are compared."]])
* insert Param(look-again-days, 7, D, [["Days the care manager has to look at a plan that does not work: our default, as for any other reason to look at it again."]])

Extension: ImportantDifference
Id: important-difference
Title: "Important difference"
Description: "By how many points a score of one person has to change to be more than noise, and which way is worse. Read by everything that compares two scores; where an instrument has none, a change is a number and no more."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "ObservationDefinition"
* extension contains points 1..1 and worse 1..1 and Source named source 0..1
* extension[points].value[x] only integer
* extension[worse].value[x] only code
* extension[worse].valueCode from ScoreDirectionCodes (required)

CodeSystem: ScoreDirection
Id: score-direction
Title: "Directions of a score"
Description: "Which way a score is worse."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/score-direction"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/score-direction"
* #higher "higher" "The higher, the worse."
* #lower "lower" "The lower, the worse."

ValueSet: ScoreDirectionCodes
Id: score-direction
Title: "Directions of a score: all codes"
Description: "Every code of the directions of a score."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/score-direction"
* include codes from system ScoreDirection

RuleSet: ImportantChange(points, worse, mark, text)
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/important-difference"
* extension[=].extension[+].url = "points"
* extension[=].extension[=].valueInteger = {points}
* extension[=].extension[+].url = "worse"
* extension[=].extension[=].valueCode = #{worse}
* extension[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/source"
* extension[=].extension[=].extension[0].url = "text"
* extension[=].extension[=].extension[0].valueString = {text}
* extension[=].extension[=].extension[1].url = "mark"
* extension[=].extension[=].extension[1].valueCode = #{mark}

Profile: CarefhirPlanJudgment
Parent: Observation
Id: carefhir-plan-judgment
Title: "Judgment of a plan"
Description: "Whether a care plan works, as a person judged it, in words; the figures as they stood are its notes."
* insert Definitional
* identifier 1..*
* status = #final
* basedOn 1..1
* basedOn only Reference(CarePlan)
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains survey 1..1
* category[survey] = OBSCAT#survey
* code from PlanEvaluationCodes (required)
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* performer 1..*
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from PlanJudgmentCodes (required)
* valueCodeableConcept.text 1..1
* note 1..*

Instance: plan-judgment
InstanceOf: CarefhirPlanJudgment
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000901)
* status = #final
* basedOn.reference = "CarePlan/plan"
* category[survey] = OBSCAT#survey "Survey"
* code = PLANEVALUATION#works "whether the plan works"
* insert Rosa(subject)
* effectiveDateTime = "2026-06-08"
* performer.reference = "Practitioner/nurse"
* valueCodeableConcept = PLANJUDGMENT#not-working "not working"
* valueCodeableConcept.text = "Her mood is no better, and she was in the emergency room twice."
* note.text = "Score: PHQ-9 total score 14, moderate (2026-03-09) to 16, moderately severe (2026-06-01): no change, a change under 5 counts for none"
* derivedFrom.reference = "Observation/score"
