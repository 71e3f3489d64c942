// What an assessment concludes: its domains, the tier with its rules, and by when what is left is to be done.

Alias: DOMAIN = https://carefhir.org/fhir/CodeSystem/assessment-domain
Alias: CARETIER = https://carefhir.org/fhir/CodeSystem/care-tier
Alias: TIERRULE = https://carefhir.org/fhir/CodeSystem/tier-rule
Alias: FUNCTIONLOSS = https://carefhir.org/fhir/CodeSystem/function-loss

CodeSystem: AssessmentDomain
Id: assessment-domain
Title: "Domains of an assessment"
Description: "The parts of the whole picture. Each is concluded in words, or named as not assessed."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/assessment-domain"
* insert Sourced(^, D, [["Our default, after the comprehensive assessment elements of NCQA case management and CMS chronic care management (K)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/assessment-domain"
* ^property[0].code = #restrictedBy
* ^property[0].type = #string
* ^property[0].description = "Condition groups that make its conclusion restricted when they are on record: its words are likely to mention them (D)"
* #clinical "clinical" "Problems, medicines, allergies, and the use of hospitals and emergency departments."
* #function "function" "What the person can do by themselves: daily living, and running a household."
* #behavioural "behavioral and psychological" "Mood, anxiety, thinking, substances, and how the person copes."
* #social "social" "Food, housing, transport, money, safety, and the company of others."
* #supports "supports and caregivers" "Who helps, how, and how they themselves are."
* #language-literacy "language and literacy" "In which language, with which help, and how the person takes in what they are told."
* #what-matters "what matters" "What matters most to the person, in their own words."
* #advance-directives "advance directives" "Wishes for the time when the person cannot speak for themselves, and who then does."
* #behavioural ^property[0].code = #restrictedBy
* #behavioural ^property[0].valueString = "substance-use violence"
* #social ^property[0].code = #restrictedBy
* #social ^property[0].valueString = "violence surroundings-need"
* #supports ^property[0].code = #restrictedBy
* #supports ^property[0].valueString = "violence"

ValueSet: AssessmentDomainCodes
Id: assessment-domain
Title: "Domains of an assessment: all codes"
Description: "Every code of domains of an assessment."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/assessment-domain"
* include codes from system AssessmentDomain

CodeSystem: FunctionLoss
Id: function-loss
Title: "Losses of function"
Description: "What is counted where the domain 'function' is concluded."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/function-loss"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/function-loss"
* #adl "activities of daily living" "How many activities of daily living the person needs help with."
* #iadl "instrumental activities of daily living" "How many instrumental activities of daily living the person needs help with."

ValueSet: FunctionLossCodes
Id: function-loss
Title: "Losses of function: all codes"
Description: "Every code of losses of function."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/function-loss"
* include codes from system FunctionLoss

CodeSystem: CareTier
Id: care-tier
Title: "Tiers of care"
Description: "How much care management a person needs, in rising order. The rules are in PlanDefinition care-tier."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/care-tier"
* insert Sourced(^, D, [["Categories after NCQA PCMH CM 01 (V); cut-offs, and the three tiers made of them, are our default."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/care-tier"
* #low "low" "Few needs; behavior, use of hospitals and social needs have been assessed."
* #rising "rising" "Needs of two kinds, or a turn for the worse."
* #high "high" "Needs of three kinds, or something that cannot wait."

ValueSet: CareTierCodes
Id: care-tier
Title: "Tiers of care: all codes"
Description: "Every code of tiers of care."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/care-tier"
* include codes from system CareTier

RuleSet: OfKind(code, kind)
* #{code} ^property[0].code = #kind
* #{code} ^property[0].valueCode = #{kind}

CodeSystem: TierRule
Id: tier-rule
Title: "What a tier rule says"
Description: "What follows when the condition of an action of PlanDefinition care-tier holds: a category of need, something not assessed, a tier, or that the tier may not fall."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/tier-rule"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/tier-rule"
* ^property[0].code = #kind
* ^property[0].type = #code
* ^property[0].description = "category, doubt, tier or hold; rules of one kind are asked after those named before it"
* #A "behavioral" "Category A: mood, serious mental illness, substances."
* insert OfKind(A, category)
* #B "use of hospitals" "Category B: unplanned stays and emergency visits."
* insert OfKind(B, category)
* #C "complex illness" "Category C: many conditions or medicines, poor control, lost function."
* insert OfKind(C, category)
* #D "social need" "Category D: a positive or confirmed social need."
* insert OfKind(D, category)
* #E "referred" "Category E: referred by a clinician, the person, the family or the health plan."
* insert OfKind(E, category)
* #not-assessed "not assessed" "Something the tier depends on is not known: the tier is 'at least'."
* insert OfKind(not-assessed, doubt)
* #high "high" "The tier is high."
* insert OfKind(high, tier)
* #rising "rising" "The tier is rising, where it is not high."
* insert OfKind(rising, tier)
* #no-step-down "no step down" "The tier does not fall below the one before."
* insert OfKind(no-step-down, hold)

ValueSet: TierRuleCodes
Id: tier-rule
Title: "What a tier rule says: all codes"
Description: "Every code of what a tier rule says."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/tier-rule"
* include codes from system TierRule

Extension: TierExtension
Id: tier
Title: "Tier"
Description: "A tier and how it was found: whether it is 'at least', the categories of need met, what is not assessed, and what the rules gave if a person set it or it was held. Read by every step that asks for the tier, and by the next conclusion."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "RiskAssessment"
* extension contains tier 1..1 and atLeast 1..1 and category 0..5 and notAssessed 0..* and byRule 1..1 and setBy 1..1
* extension[tier].value[x] only code
* extension[tier].valueCode from CareTierCodes (required)
* extension[atLeast].value[x] only boolean
* extension[category].value[x] only code
* extension[category].valueCode from TierRuleCodes (required)
* extension[notAssessed].value[x] only string
* extension[byRule].value[x] only code
* extension[byRule].valueCode from CareTierCodes (required)
* extension[setBy].value[x] only code
* extension[setBy].valueCode from TierSetByCodes (required)

CodeSystem: TierSetBy
Id: tier-set-by
Title: "How a tier was set"
Description: "Whether a tier is what the rules gave, was held, or was set by a person."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/tier-set-by"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/tier-set-by"
* #rules "rules" "As the rules gave it."
* #held "held" "The rules gave a lower tier, but a tier does not fall so soon after a discharge."
* #person "person" "Set by a person, with a reason."

ValueSet: TierSetByCodes
Id: tier-set-by
Title: "How a tier was set: all codes"
Description: "Every code of how a tier was set."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/tier-set-by"
* include codes from system TierSetBy

// ---- the rules

RuleSet: Rule(id, code, title)
* action[+].id = "{id}"
* action[=].title = {title}
* action[=].code = TIERRULE#{code}

RuleSet: Meaning(text)
* action[=].description = {text}

RuleSet: If(expression)
* action[=].condition.kind = #applicability
* action[=].condition.expression.language = #text/fhirpath
* action[=].condition.expression.expression = {expression}

Instance: care-tier
InstanceOf: PlanDefinition
Usage: #definition
* insert Artefact(PlanDefinition, care-tier, CareTier, "Tier of care: rules")
* type = http://terminology.hl7.org/CodeSystem/plan-definition-type#eca-rule
* effectivePeriod.start = "2026-01-01"
* description = "Categories of need A to E, and the tier they make. Conditions are FHIRPath over named facts; what is not known meets no category, and the rules 'not assessed' name it. Categories come first, then doubts, then tiers; the tiers may use the categories met."

* insert Rule(phq-9, A, "PHQ-9 is 10 or more")
* insert Meaning([["The newest PHQ-9 total lies in a positive band."]])
* insert If([["phq_9 >= 10"]])
* insert Sourced(action[=]., V, [["Kroenke 2001: 10 or more is the usual cut-off for major depression. Its place in category A: NCQA PCMH CM 01, behavioral health conditions; our default (D)."]])
* insert Rule(serious-mental-illness, A, "serious mental illness")
* insert Meaning([["A confirmed serious mental illness is on record."]])
* insert If([["conditions contains 'serious-mental-illness'"]])
* insert Sourced(action[=]., V, [["NCQA PCMH CM 01, category A: behavioral health conditions."]])
* insert Rule(substance-use, A, "substance use")
* insert Meaning([["A substance use disorder is on record, or a concern of one."]])
* insert If([["conditions_or_concerns contains 'substance-use'"]])
* insert Sourced(action[=]., D, [["NCQA PCMH CM 01, category A: behavioral health conditions (V); that a concern counts is our default."]])
* insert Rule(psychiatric-stay, A, "psychiatric stay in 12 months")
* insert Meaning([["A stay in inpatient psychiatry ended within 12 months."]])
* insert If([["psychiatric_stays_12_months >= 1"]])
* insert Sourced(action[=]., D, [["Our default for NCQA PCMH CM 01, category A."]])

* insert Rule(unplanned-stay, B, "unplanned stay in 90 days")
* insert Meaning([["An unplanned stay ended within 90 days."]])
* insert If([["unplanned_stays_90_days >= 1"]])
* insert Sourced(action[=]., D, [["Our default for NCQA PCMH CM 01, category B: high cost or high utilization."]])
* insert Rule(unplanned-stays, B, "two or more unplanned stays in 12 months")
* insert Meaning([["Two or more unplanned stays ended within 12 months."]])
* insert If([["unplanned_stays_12_months >= 2"]])
* insert Sourced(action[=]., D, [["Our default for NCQA PCMH CM 01, category B. Planned stays are not counted."]])
* insert Rule(emergency-visits, B, "three or more emergency visits in 12 months")
* insert Meaning([["Three or more visits to an emergency department within 12 months."]])
* insert If([["emergency_visits_12_months >= 3"]])
* insert Sourced(action[=]., D, [["Our default for NCQA PCMH CM 01, category B: high cost or high utilization."]])

* insert Rule(chronic-conditions, C, "three or more chronic conditions")
* insert Meaning([["Three or more groups of confirmed chronic conditions."]])
* insert If([["chronic_count >= 3"]])
* insert Sourced(action[=]., D, [["Our default for NCQA PCMH CM 01, category C: poorly controlled or complex conditions."]])
* insert Rule(a1c, C, "A1c above 9")
* insert Meaning([["The newest A1c is above 9 percent."]])
* insert If([["a1c > 9.0"]])
* insert Sourced(action[=]., D, [["Our default for NCQA PCMH CM 01, category C; above 9 percent is the measure of poor control (NCQA, K)."]])
* insert Rule(heart-failure-stay, C, "heart failure stay in 12 months")
* insert Meaning([["A stay for heart failure ended within 12 months."]])
* insert If([["heart_failure_stays_12_months >= 1"]])
* insert Sourced(action[=]., D, [["Our default for NCQA PCMH CM 01, category C."]])
* insert Rule(medicines, C, "ten or more medicines")
* insert Meaning([["Ten or more different medicines are taken."]])
* insert If([["medicine_count >= 10"]])
* insert Sourced(action[=]., D, [["Our default for NCQA PCMH CM 01, category C."]])
* insert Rule(daily-living, C, "two or more losses in daily living")
* insert Meaning([["The person needs help with two or more activities of daily living."]])
* insert If([["adl_losses >= 2"]])
* insert Sourced(action[=]., D, [["Our default for NCQA PCMH CM 01, category C."]])

* insert Rule(social-need, D, "social need")
* insert Meaning([["A social need is on record, confirmed or from a positive screen. Stress alone is none."]])
* insert If([["needs.where($this != 'stress-need').exists()"]])
* insert Sourced(action[=]., V, [["NCQA PCMH CM 01, category D: social determinants of health. That a positive screen counts, and that stress alone does not, is our default (D)."]])
* insert Rule(referral, E, "referred")
* insert Meaning([["Someone referred the person to care management."]])
* insert If([["referred.exists()"]])
* insert Sourced(action[=]., V, [["NCQA PCMH CM 01, category E: referrals by outside organizations, practice staff, patient, family or caregiver."]])

* insert Rule(not-assessed-behavioural, not-assessed, [["A, mood and behavior"]])
* insert Meaning([["No behavioral score and no conclusion of that domain within 12 months."]])
* insert If([["(categories contains 'A').not() and (behavioural_age_days.empty() or behavioural_age_days > 365)"]])
* insert Sourced(action[=]., D, [["The tier is low only if A, B and D were assessed; how long an assessment counts is our default."]])
* insert Rule(not-assessed-use, not-assessed, [["B, use of hospitals"]])
* insert Meaning([["Encounters are not visible. That must not be read as 'none'."]])
* insert If([["(categories contains 'B').not() and emergency_visits_12_months.empty()"]])
* insert Sourced(action[=]., D, [["The tier is low only if A, B and D were assessed: our default."]])
* insert Rule(not-assessed-urgency, not-assessed, [["B, whether a stay was planned"]])
* insert Meaning([["A stay is on record, but not whether it was planned."]])
* insert If([["(categories contains 'B').not() and (unclear_stays_90_days >= 1 or (unclear_stays_12_months >= 1 and unclear_stays_12_months + unplanned_stays_12_months >= 2))"]])
* insert Sourced(action[=]., D, [["A stay of unknown urgency might meet category B: our default."]])
* insert Rule(not-assessed-illness, not-assessed, [["C, illness and medicines"]])
* insert Meaning([["Conditions or medicines are not visible. That must not be read as 'none'."]])
* insert If([["(categories contains 'C').not() and (chronic_count.empty() or medicine_count.empty())"]])
* insert Sourced(action[=]., D, "What cannot be seen is never counted as none: our default.")
* insert Rule(not-assessed-social, not-assessed, [["D, social needs"]])
* insert Meaning([["No social screen and no conclusion of that domain within 12 months."]])
* insert If([["(categories contains 'D').not() and (social_age_days.empty() or social_age_days > 365)"]])
* insert Sourced(action[=]., D, [["The tier is low only if A, B and D were assessed; how long an assessment counts is our default."]])
* insert Rule(not-assessed-records, not-assessed, "records that are not visible here")
* insert Meaning([["Conditions or readings are not visible, and each of them can raise a tier in several ways."]])
* insert If([["not_visible.intersect('conditions' | 'readings').exists()"]])
* insert Sourced(action[=]., D, "What cannot be seen is never counted as none: our default.")
* insert Rule(not-assessed-safety, not-assessed, "open safety reviews")
* insert Meaning([["Tasks are not visible, so it is not known whether a safety review is open."]])
* insert If([["safety_open.empty()"]])
* insert Sourced(action[=]., D, "What cannot be seen is never counted as none: our default.")
* insert Rule(not-assessed-lace, not-assessed, "LACE of the last unplanned discharge")
* insert Meaning([["Home from an unplanned stay, and LACE is missing or is a range that reaches the high band."]])
* insert If([["days_since_unplanned_discharge <= 30 and (conditions contains 'heart-failure').not() and ((lace_expected.exists() and lace_low.empty()) or (lace_low < 10 and lace_high >= 10))"]])
* insert Sourced(action[=]., V, [["van Walraven 2010: high from 10 on. A range is not a score: our default (D)."]])

* insert Rule(three-categories, high, "three or more of A to D")
* insert Meaning([["Needs of at least three of the four kinds A to D."]])
* insert If([["categories.where($this != 'E').count() >= 3"]])
* insert Sourced(action[=]., D, "Our default.")
* insert Rule(after-discharge, high, "unplanned discharge with high risk of coming back")
* insert Meaning([["Home for at most 30 days from an unplanned stay, with LACE of 10 or more, or heart failure."]])
* insert If([["days_since_unplanned_discharge <= 30 and (lace_low >= 10 or conditions contains 'heart-failure')"]])
* insert Sourced(action[=]., V, [["van Walraven 2010: LACE high from 10 on, 30 days. Making it a tier, and heart failure whatever the score: our default (D)."]])
* insert Rule(safety, high, "a safety review is open")
* insert Meaning([["A self-harm item was positive or unanswered, and no one has settled it yet."]])
* insert If([["safety_open = true"]])
* insert Sourced(action[=]., D, "Our default.")
* insert Rule(violence, high, "violence")
* insert Meaning([["A finding of partner violence or elder abuse, confirmed or from a screen."]])
* insert If([["conditions_or_concerns contains 'violence'"]])
* insert Sourced(action[=]., D, "Our default.")
* insert Rule(homeless, high, "homeless")
* insert Meaning([["No home to sleep in tonight."]])
* insert If([["conditions_or_concerns contains 'homeless-tonight'"]])
* insert Sourced(action[=]., D, "Our default.")

* insert Rule(two-categories, rising, "two of A to D")
* insert Meaning([["Needs of two of the four kinds A to D."]])
* insert If([["categories.where($this != 'E').count() >= 2"]])
* insert Sourced(action[=]., D, "Our default.")
* insert Rule(category-and-referral, rising, [["one of A to D, and referred"]])
* insert Meaning([["Needs of one kind, and someone referred the person."]])
* insert If([["categories.where($this != 'E').count() >= 1 and categories contains 'E'"]])
* insert Sourced(action[=]., D, "Our default.")
* insert Rule(a1c-up, rising, "A1c up by 1.0 or more")
* insert Meaning([["The newest A1c is at least 1.0 above the one before."]])
* insert If([["a1c_change >= 1.0"]])
* insert Sourced(action[=]., D, "Our default.")
* insert Rule(phq-9-up, rising, "PHQ-9 up by 5 or more")
* insert Meaning([["The newest PHQ-9 total is at least 5 above the one before."]])
* insert If([["phq_9_change >= 5"]])
* insert Sourced(action[=]., V, [["Lowe B et al. Med Care 2004;42:1194-1201 (PMID 15550799, abstract): the minimal clinically important difference for individual change is 5 points on the PHQ-9."]])

* insert Rule(phq-9-severe, rising, "PHQ-9 is 20 or more")
* insert Meaning([["The newest PHQ-9 total is severe."]])
* insert If([["phq_9 >= 20"]])
* insert Sourced(action[=]., V, [["Kroenke 2001: severe from 20. Making it a tier, at least rising, is our default (D; clinical practice, rule 30)."]])

* insert Rule(recent-discharge, no-step-down, "no step down within 30 days of discharge")
* insert Meaning([["Within 30 days of a discharge the tier does not fall: the tier before is kept."]])
* insert If([["days_since_discharge <= 30"]])
* insert Sourced(action[=]., D, "Our default.")

// ---- what is left to do

Instance: assessment-work
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(assessment-work, AssessmentWork, "Work that follows an assessment")
* description = "By when a missing domain is assessed, by when a proposed need or diagnosis is confirmed, and how long a conclusion counts."
* insert Param(conclusion-counts-days, 365, D, [["A domain concluded within 12 months counts as assessed: our default; yearly reassessment is common in case management standards (K)."]])
* insert Act(assessment, "Assess the domain", [["Ask about what has not been asked yet, and conclude it in words."]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, "Two weeks: our default.")
* insert Act(confirm-need, "Confirm or dismiss a social need", [["A member of the care team has proposed a need: talk about it with the person, then confirm or dismiss it."]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., D, "Within a working week: our default.")
* insert Act(confirm-diagnosis, "Confirm or dismiss a diagnosis", [["A screen was positive: examine, then confirm with a diagnosis, or dismiss it."]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, "Within a week: our default.")

Instance: after-death
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(after-death, AfterDeath, "Work after a death")
* description = "The one thing left to do after a death is recorded."
* insert Act(bereavement, "One call to the family", [["Call the family, or the person who was closest, once: say how sorry you are, ask whether anything has to be picked up or stopped, and tell them whom they can turn to. Send nothing to the person who has died."]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, "Within a week: our default.")

Instance: social-need-leaves
InstanceOf: ConceptMap
Usage: #definition
* insert Artefact(ConceptMap, social-need-leaves, SocialNeedLeaves, "Leaf codes of social needs")
* description = "ICD-10-CM codes Z55 to Z65 that are leaves, and the condition group of each. Only a leaf may be confirmed as a need; a header (Z59.4) may not."
* insert Sourced(, V, [["ICD-10-CM, April 2026 release (as in simple_icd_10_cm 1.5.0): every leaf of Z55-Z65 and no header, compared code by code. Which need each one is: our default (D). That only leaf codes are used: ICD-10-CM guideline, highest specificity."]])
* group[0].source = "http://hl7.org/fhir/sid/icd-10-cm"
* group[0].target = "https://carefhir.org/fhir/CodeSystem/condition-group"
* group[0].element[+].code = #Z55.0
* group[0].element[=].target.code = #education-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z55.1
* group[0].element[=].target.code = #education-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z55.2
* group[0].element[=].target.code = #education-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z55.3
* group[0].element[=].target.code = #education-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z55.4
* group[0].element[=].target.code = #education-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z55.5
* group[0].element[=].target.code = #education-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z55.6
* group[0].element[=].target.code = #education-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z55.8
* group[0].element[=].target.code = #education-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z55.9
* group[0].element[=].target.code = #education-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.0
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.1
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.2
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.3
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.4
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.5
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.6
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.81
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.82
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.89
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z56.9
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.0
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.1
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.2
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.31
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.39
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.4
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.5
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.6
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.7
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.8
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z57.9
* group[0].element[=].target.code = #work-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z58.6
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z58.81
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z58.89
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.00
* group[0].element[=].target.code = #homeless-tonight
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.01
* group[0].element[=].target.code = #homeless-tonight
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.02
* group[0].element[=].target.code = #homeless-tonight
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.10
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.11
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.12
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.19
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.2
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.3
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.41
* group[0].element[=].target.code = #food-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.48
* group[0].element[=].target.code = #food-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.5
* group[0].element[=].target.code = #money-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.6
* group[0].element[=].target.code = #money-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.71
* group[0].element[=].target.code = #money-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.72
* group[0].element[=].target.code = #money-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.811
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.812
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.819
* group[0].element[=].target.code = #housing-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.82
* group[0].element[=].target.code = #transport-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.861
* group[0].element[=].target.code = #money-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.868
* group[0].element[=].target.code = #money-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.869
* group[0].element[=].target.code = #money-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.87
* group[0].element[=].target.code = #money-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.89
* group[0].element[=].target.code = #money-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z59.9
* group[0].element[=].target.code = #money-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z60.0
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z60.2
* group[0].element[=].target.code = #isolation
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z60.3
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z60.4
* group[0].element[=].target.code = #isolation
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z60.5
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z60.8
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z60.9
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.0
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.1
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.21
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.22
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.23
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.24
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.29
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.3
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.6
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.810
* group[0].element[=].target.code = #surroundings-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.811
* group[0].element[=].target.code = #surroundings-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.812
* group[0].element[=].target.code = #surroundings-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.813
* group[0].element[=].target.code = #surroundings-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.814
* group[0].element[=].target.code = #surroundings-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.815
* group[0].element[=].target.code = #surroundings-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.819
* group[0].element[=].target.code = #surroundings-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.820
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.821
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.822
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.823
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.831
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.832
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.833
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.890
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.891
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.892
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.898
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z62.9
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.0
* group[0].element[=].target.code = #violence
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.1
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.31
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.32
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.4
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.5
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.6
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.71
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.72
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.79
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.8
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z63.9
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z64.0
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z64.1
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z64.4
* group[0].element[=].target.code = #family-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z65.0
* group[0].element[=].target.code = #legal-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z65.1
* group[0].element[=].target.code = #legal-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z65.2
* group[0].element[=].target.code = #legal-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z65.3
* group[0].element[=].target.code = #legal-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z65.4
* group[0].element[=].target.code = #surroundings-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z65.5
* group[0].element[=].target.code = #legal-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z65.8
* group[0].element[=].target.code = #stress-need
* group[0].element[=].target.equivalence = #subsumes
* group[0].element[+].code = #Z65.9
* group[0].element[=].target.code = #stress-need
* group[0].element[=].target.equivalence = #subsumes
