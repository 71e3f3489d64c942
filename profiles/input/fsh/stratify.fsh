// Who would gain from which program, and who may leave it: criteria over the facts of a chart and the tier they give.

Alias: CRITERION = https://carefhir.org/fhir/CodeSystem/program-criterion

CodeSystem: ProgramCriterion
Id: program-criterion
Title: "Criteria of programs"
Description: "What follows when a criterion of PlanDefinition program-criteria holds: somebody is a candidate for a program, or may leave it. A person decides."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/program-criterion"
* insert Sourced(^, D, [["Our default: sites and payers have criteria of their own, and put theirs in the place of these."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/program-criterion"
* ^property[0].code = #program
* ^property[0].type = #code
* ^property[0].description = "The program (CodeSystem care-program)"
* ^property[1].code = #kind
* ^property[1].type = #code
* ^property[1].description = "entry: a candidate for the program; exit: may leave it"
* #care-management-entry "candidate for care management" "Would gain from care management."
* #care-management-entry ^property[0].code = #program
* #care-management-entry ^property[0].valueCode = #care-management
* #care-management-entry ^property[1].code = #kind
* #care-management-entry ^property[1].valueCode = #entry
* #care-management-exit "may leave care management" "Nothing on record calls for care management any more."
* #care-management-exit ^property[0].code = #program
* #care-management-exit ^property[0].valueCode = #care-management
* #care-management-exit ^property[1].code = #kind
* #care-management-exit ^property[1].valueCode = #exit

ValueSet: ProgramCriterionCodes
Id: program-criterion
Title: "Criteria of programs: all codes"
Description: "Every code of criteria of programs."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/program-criterion"
* include codes from system ProgramCriterion

RuleSet: Criterion(id, code, title)
* action[+].id = "{id}"
* action[=].title = {title}
* action[=].code = CRITERION#{code}

Instance: program-criteria
InstanceOf: PlanDefinition
Usage: #definition
* insert Artefact(PlanDefinition, program-criteria, ProgramCriteria, "Who would gain from which program")
* type = http://terminology.hl7.org/CodeSystem/plan-definition-type#eca-rule
* effectivePeriod.start = "2026-01-01"
* description = "Conditions are FHIRPath over the facts of a chart, the categories of need and the tier (PlanDefinition care-tier). What is not known makes nobody a candidate, and lets nobody leave."
* insert Criterion(high, care-management-entry, [["the tier is high"]])
* insert Meaning([["Three kinds of need, or something that cannot wait."]])
* insert If([["tier = 'high'"]])
* insert Sourced(action[=]., D, [["Our default, after NCQA PCMH CM 01 (V): people are identified for care management by categories of need."]])
* insert Criterion(rising, care-management-entry, [["the tier is rising"]])
* insert Meaning([["Needs of two kinds, or a turn for the worse."]])
* insert If([["tier = 'rising'"]])
* insert Sourced(action[=]., D, [["Our default, after NCQA PCMH CM 01 (V)."]])
* insert Criterion(referred, care-management-entry, [["somebody referred the person"]])
* insert Meaning([["A clinician, the person, the family or the health plan asks for it."]])
* insert If([["categories contains 'E'"]])
* insert Sourced(action[=]., V, [["NCQA PCMH CM 01, category E: referrals by outside organizations, practice staff, patient, family or caregiver."]])
* insert Criterion(low-and-quiet, care-management-exit, [["the tier is low, all of it is assessed, and there was no unplanned stay for a year"]])
* insert Meaning([["No category of need, no stay and no open safety review."]])
* insert If([["tier = 'low' and tier_unknown.empty() and categories.empty() and unplanned_stays_12_months = 0 and unclear_stays_12_months = 0 and safety_open = false"]])
* insert Sourced(action[=]., D, [["Our default."]])
* insert Criterion(goals-met, care-management-exit, [["every goal is met, and the tier has been low for six months"]])
* insert Meaning([["At least one goal was agreed on and met, none is left, no safety review is open, and all that the tier depends on is known."]])
* insert If([["tier = 'low' and tier_unknown.empty() and safety_open = false and goals_met >= 1 and goals_not_met = 0 and low_tier_days >= 180"]])
* insert Sourced(action[=]., D, [["Our default: six months (180 days) of a tier on record that was low and sure throughout."]])
