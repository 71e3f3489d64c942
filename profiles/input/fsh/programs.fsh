// What payers ask of programs, and the time people work for a person: content, with effective dates. Nothing here is advice on billing.

RuleSet: PayersProgram(code, display, definition, consent, excludes, plan)
* #{code} {display} {definition}
* #{code} ^property[0].code = #consent
* #{code} ^property[0].valueString = {consent}
* #{code} ^property[1].code = #excludes
* #{code} ^property[1].valueString = {excludes}
* #{code} ^property[2].code = #rules
* #{code} ^property[2].valueCode = #{plan}

CodeSystem: BillingProgram
Id: billing-program
Title: "Programs that payers know"
Description: "Programs that payers have rules for. A person in a program of care may be in one of them besides: what the rules ask for is said, and whether anything is billed is the biller's to decide."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/billing-program"
* insert Sourced(^, S, [["Topics of the consent, and one practitioner a month: Rural Health Information Hub, pages on chronic care management and on APCM; CMS fact sheet on CCM (ICN 909188). What is part of APCM and not billed beside it: AAFP, Using APCM codes. CCM and TCM in one month: allowed since 2020 (HealthTechS3 on the physician fee schedule of 2020)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/billing-program"
* ^property[0].code = #consent
* ^property[0].type = #string
* ^property[0].description = "What the person must be told before they consent (CodeSystem consent-topic), separated by semicolons"
* ^property[1].code = #excludes
* ^property[1].type = #string
* ^property[1].description = "Other programs that cannot be claimed for the same month by the same practitioner, separated by semicolons"
* ^property[2].code = #rules
* ^property[2].type = #code
* ^property[2].description = "The PlanDefinition with its numbers and the days on which they hold"
* insert PayersProgram(ccm, [["chronic care management (CCM)"]], [["Care between visits for somebody with two or more chronic conditions, counted in minutes a month."]], "cost-sharing; one-practitioner; right-to-stop", "apcm; pcm", billing-ccm)
* insert PayersProgram(apcm, [["advanced primary care management (APCM)"]], [["Primary care that a practice keeps up for a person month by month, not counted in minutes."]], "cost-sharing; one-practitioner; right-to-stop", "ccm; pcm; tcm", billing-apcm)
* insert PayersProgram(pcm, [["principal care management (PCM)"]], [["Care between visits for one high-risk condition, counted in minutes a month."]], "cost-sharing; right-to-stop", "ccm; apcm", billing-pcm)
* insert PayersProgram(tcm, [["transitional care management (TCM)"]], [["The 30 days after a discharge: a contact, a visit, and the work around them."]], "right-to-stop", "apcm", billing-tcm)

ValueSet: BillingProgramCodes
Id: billing-program
Title: "Programs that payers know: all codes"
Description: "Every code of programs that payers know."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/billing-program"
* include codes from system BillingProgram

Instance: billing-ccm
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(billing-ccm, BillingCCM, "What payers ask of chronic care management")
* description = "What Medicare asks of a month of chronic care management by clinical staff. The numbers of complex CCM and of practitioners' own time differ, and are not here."
* effectivePeriod.start = "2015-01-01"
* insert Param(conditions, 2, S, [["CMS fact sheet on CCM (ICN 909188): two or more chronic conditions expected to last at least 12 months, or until death."]])
* insert Param(expected-months, 12, S, [["CMS fact sheet on CCM (ICN 909188): expected to last at least 12 months."]])
* insert Param(minutes, 20, S, [["CMS fact sheet on CCM (ICN 909188): at least 20 minutes of clinical staff time in a calendar month (99490)."]])
* insert Param(more-minutes, 20, S, [["Each further 20 minutes (99439), as contractors' pages have it."]])
* insert Param(more-at-most, 2, S, [["At most twice in a month, as contractors' pages have it."]])

Instance: billing-pcm
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(billing-pcm, BillingPCM, "What payers ask of principal care management")
* description = "What Medicare asks of a month of principal care management by clinical staff."
* effectivePeriod.start = "2022-01-01"
* insert Param(conditions, 1, S, [["One high-risk condition expected to last at least 3 months, as contractors' pages have it."]])
* insert Param(expected-months, 3, S, [["Expected to last at least 3 months, as contractors' pages have it."]])
* insert Param(minutes, 30, S, [["At least 30 minutes of clinical staff time in a calendar month (99426), as contractors' pages have it. As codes of their own since 2022 (K)."]])
* insert Param(more-minutes, 30, S, [["Each further 30 minutes (99427), as contractors' pages have it."]])

Instance: billing-apcm
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(billing-apcm, BillingAPCM, "What payers ask of advanced primary care management")
* description = "What Medicare asks of a month of advanced primary care management: no minutes. The level follows from the number of chronic conditions (G0556 for one or none, G0557 for two or more, G0558 for two or more and Qualified Medicare Beneficiary status, which a biller knows)."
* effectivePeriod.start = "2025-01-01"
* insert Param(conditions, 0, S, [["AAFP and Rural Health Information Hub on APCM: level 1 is for one chronic condition or none."]])
* insert Param(expected-months, 12, S, [["CMS final rule for 2025, as reprinted: conditions expected to last at least 12 months."]])
* insert Param(minutes, 0, S, [["AAFP, Bass Berry and Foley on the final rule for 2025: no threshold of minutes."]])

Instance: billing-tcm
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(billing-tcm, BillingTCM, "What payers ask of transitional care management")
* description = "What Medicare asks of the 30 days after a discharge stands in PlanDefinition transition-clock, and open-transition follows it. It asks for no minutes."
* effectivePeriod.start = "2013-01-01"
* insert Param(conditions, 0, S, [["CMS transitional care management booklet (MLN908628): no number of conditions."]])
* insert Param(minutes, 0, S, [["CMS transitional care management booklet (MLN908628): a contact and a visit, no minutes."]])

RuleSet: Element(code, display, definition, ccm, apcm, shown)
* #{code} {display} {definition}
* #{code} ^property[0].code = #ccm
* #{code} ^property[0].valueBoolean = {ccm}
* #{code} ^property[1].code = #apcm
* #{code} ^property[1].valueBoolean = {apcm}
* #{code} ^property[2].code = #shownBy
* #{code} ^property[2].valueCode = #{shown}

CodeSystem: BillingElement
Id: billing-element
Title: "What payers ask for besides minutes"
Description: "Elements of programs that payers know. Two of them can be seen on the record; the others are the practice's to show."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/billing-element"
* insert Sourced(^, S, [["Rural Health Information Hub, required elements of APCM; CMS fact sheet on CCM (ICN 909188)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/billing-element"
* ^property[0].code = #ccm
* ^property[0].type = #boolean
* ^property[0].description = "Asked for in chronic care management"
* ^property[1].code = #apcm
* ^property[1].type = #boolean
* ^property[1].description = "Asked for in advanced primary care management"
* ^property[2].code = #shownBy
* ^property[2].type = #code
* ^property[2].description = "By what it can be seen on the record: consent, plan; nothing"
* insert Element(consent, "the person's consent", [["Verbal or written, and on record."]], true, true, consent)
* insert Element(plan, "a comprehensive plan of care", [["In force, and the person has a copy."]], true, true, plan)
* insert Element(initiating-visit, "an initiating visit", [["For somebody new, or not seen for a long time."]], true, true, nothing)
* insert Element(access, "access at any hour", [["The practice can be reached around the clock for urgent needs."]], true, true, nothing)
* insert Element(continuity, "continuity of care", [["Visits in a row with one member of the team."]], true, true, nothing)
* insert Element(transitions, "care transitions managed", [["Between places of care and after emergency visits."]], true, true, nothing)
* insert Element(coordination, "coordination with others", [["With practitioners, home and community services."]], true, true, nothing)
* insert Element(communication, "more ways to reach the team", [["Messages and calls besides visits."]], true, true, nothing)
* insert Element(population, "a look at the whole population", [["Who has gaps in care, and who needs more."]], false, true, nothing)
* insert Element(performance, "performance measured", [["Quality, cost and use of certified technology."]], false, true, nothing)

ValueSet: BillingElementCodes
Id: billing-element
Title: "What payers ask for besides minutes: all codes"
Description: "Every code of what payers ask for besides minutes."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/billing-element"
* include codes from system BillingElement

RuleSet: Activity(code, display, definition, counts)
* #{code} {display} {definition}
* #{code} ^property[0].code = #counts
* #{code} ^property[0].valueBoolean = {counts}

CodeSystem: TimeActivity
Id: time-activity
Title: "What time was spent on"
Description: "What somebody did for a person in the minutes they log."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/time-activity"
* insert Sourced(^, D, [["Our default. That scheduling, travel and clerical work do not count as care management is general knowledge (K); a site asks its biller."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/time-activity"
* ^property[0].code = #counts
* ^property[0].type = #boolean
* ^property[0].description = "Counts as care management where a program counts minutes"
* insert Activity(talk, "talking with the person or who helps them", [["By any means: a call, a visit, messages."]], true)
* insert Activity(assessment, "assessment", [["Asking, scoring and concluding."]], true)
* insert Activity(planning, "planning care", [["Drafting, agreeing on and revising the plan."]], true)
* insert Activity(coordination, "coordination", [["With practitioners, services and payers."]], true)
* insert Activity(medication, "medication work", [["Reconciling, refills, questions to a prescriber."]], true)
* insert Activity(chart-review, "reviewing the record", [["Reading results, letters and plans for this person."]], true)
* insert Activity(education, "teaching", [["Teaching the person or who helps them."]], true)
* insert Activity(scheduling, "scheduling", [["Booking and moving visits."]], false)
* insert Activity(travel, "travel", [["On the way to the person and back."]], false)
* insert Activity(clerical, "clerical work", [["Copies, forms, mail."]], false)

ValueSet: TimeActivityCodes
Id: time-activity
Title: "What time was spent on: all codes"
Description: "Every code of what time was spent on."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/time-activity"
* include codes from system TimeActivity

CodeSystem: CareTime
Id: care-time
Title: "Time for a person"
Description: "The time that somebody worked for a person, and what is said of it."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/care-time"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/care-time"
* #minutes "minutes worked for a person" "How long, from when to when, by whom."
* #program "program" "For which program."
* #activity "activity" "What was done."
* #discipline "discipline" "In which discipline."

ValueSet: CareTimeCodes
Id: care-time
Title: "Time for a person: all codes"
Description: "Every code of time for a person."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/care-time"
* include codes from system CareTime

Profile: CarefhirCareTime
Parent: Observation
Id: carefhir-care-time
Title: "Minutes worked for a person"
Description: "From when to when somebody worked for a person, for which program, on what, in which discipline. An Observation and no Encounter, because most of it is no contact, and no ChargeItem, because what is charged is the biller's."
* insert Definitional
* identifier 1..*
* code = https://carefhir.org/fhir/CodeSystem/care-time#minutes
* subject 1..1
* subject only Reference(Patient)
* effective[x] only Period
* effectivePeriod 1..1
* effectivePeriod.start 1..1
* effectivePeriod.end 1..1
* performer 1..1
* value[x] only Quantity
* valueQuantity 1..1
* component 2..*

Instance: care-time
InstanceOf: CarefhirCareTime
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000913)
* status = #final
* code = https://carefhir.org/fhir/CodeSystem/care-time#minutes "minutes worked for a person"
* insert Rosa(subject)
* effectivePeriod.start = "2026-03-09T09:00:00-05:00"
* effectivePeriod.end = "2026-03-09T09:20:00-05:00"
* performer.reference = "Practitioner/nurse"
* valueQuantity = 20 UCUM#min "minutes"
* component[0].code = https://carefhir.org/fhir/CodeSystem/care-time#program "program"
* component[0].valueCodeableConcept = PROGRAM#care-management "care management"
* component[1].code = https://carefhir.org/fhir/CodeSystem/care-time#activity "activity"
* component[1].valueCodeableConcept = https://carefhir.org/fhir/CodeSystem/time-activity#talk
* component[2].code = https://carefhir.org/fhir/CodeSystem/care-time#discipline "discipline"
* component[2].valueCodeableConcept = DISCIPLINE#registered-nurse "registered nurse"

Instance: time-log
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(time-log, TimeLog, "Logging time: parameters")
* description = "What a stretch of logged time may be."
* insert Param(longest-minutes, 240, D, [["More than four hours in one stretch for one person is more often a slip of the pen: our default. Whoever worked longer logs the parts."]])
