// Extensions. Each states what reads it.

Extension: Source
Id: source
Title: "Source"
Description: "Where a clinical number or statement comes from, and how sure it is. Read by people, and by the check that every number has a source."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Element"
* extension contains text 1..1 and mark 1..1
* extension[text].value[x] only string
* extension[mark].value[x] only code
* extension[mark].valueCode from SourceMarkCodes (required)

Extension: Respondent
Id: respondent
Title: "Respondent"
Description: "Who may answer an instrument: the patient only (an interpreter is fine), or anyone who knows."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Questionnaire"
* value[x] only code
* valueCode 1..1
* valueCode from RespondentCodes (required)

CodeSystem: RespondentKind
Id: respondent
Title: "Respondents"
Description: "Who may answer an instrument."
* insert Definitional
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/respondent"
* #patient "patient" "The patient only; an interpreter is fine."
* #anyone "anyone" "The patient or someone who knows."

ValueSet: RespondentCodes
Id: respondent
Title: "Respondents: all codes"
Description: "Every code of respondents."
* insert Definitional
* include codes from system RespondentKind

Extension: Score
Id: score
Title: "Score"
Description: "How the answers of an instrument make one score: the rule, the items by linkId, and the ObservationDefinition that holds the code and the bands. An unanswered item gives no score. 'restricted': the answers and all that follows from them stay out of what others than the care team see. 'countsIf': the item that says that the person was asked alone; without it a score without a finding does not count, and 'otherwise' says what to do. 'needs': the item that must be answered where there is a finding, and 'needsWords' what to ask. 'patientOnly': it counts only where the patient answered, whatever it says."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Questionnaire"
* extension contains rule 1..1 and result 1..1 and item 1..* and answer 0..* and restricted 0..1 and countsIf 0..1 and otherwise 0..1 and patientOnly 0..1 and needs 0..1 and needsWords 0..1 and Source named source 0..1
* extension[rule].value[x] only code
* extension[rule].valueCode from ScoreRuleCodes (required)
* extension[result].value[x] only Reference(ObservationDefinition)
* extension[item].value[x] only string
* extension[answer].value[x] only code
* extension[restricted].value[x] only boolean
* extension[countsIf].value[x] only string
* extension[otherwise].value[x] only string
* extension[patientOnly].value[x] only boolean
* extension[needs].value[x] only string
* extension[needsWords].value[x] only string

CodeSystem: ScoreRule
Id: score-rule
Title: "Score rules"
Description: "How answers make a score."
* insert Definitional
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/score-rule"
* #sum "sum" "The sum of the answers' ordinal values."
* #product "product" "The product of the answers' ordinal values: days a week times minutes a day."
* #worst-answer "worst answer" "The highest ordinal value among the answers."
* #answer-given "answer given" "1 where one of the answers named was given, 0 where the item was answered without it."

ValueSet: ScoreRuleCodes
Id: score-rule
Title: "Score rules: all codes"
Description: "Every code of score rules."
* insert Definitional
* include codes from system ScoreRule

Extension: SafetyItem
Id: safety-item
Title: "Safety item"
Description: "An item whose answer needs a clinician at once, whatever the total: an answer whose ordinal value is above the limit, or no answer at all."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Questionnaire.item"
* extension contains above 1..1 and positive 1..1 and unanswered 1..1 and instruction 1..1 and phrase 0..* and Source named source 0..1
* extension[phrase].value[x] only string
* extension[phrase] ^short = "Words by which the item is known in other forms"
* extension[above].value[x] only integer
* extension[positive].value[x] only code
* extension[positive].valueCode from FindingCodes (required)
* extension[unanswered].value[x] only code
* extension[unanswered].valueCode from FindingCodes (required)
* extension[instruction].value[x] only markdown

Extension: SupportsDomain
Id: supports-domain
Title: "Supports a domain"
Description: "The domain of an assessment that the answers to a form tell of. They conclude nothing by themselves: whoever has the open Task to assess it finds them there, and concludes it in words."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Questionnaire"
* value[x] only code
* valueCode 1..1
* valueCode from AssessmentDomainCodes (required)

Extension: FunctionLossOfItems
Id: function-loss
Title: "Function lost, by the answers"
Description: "When the answers of an instrument say that a person has lost an activity: one of these items gives fewer points than 'below'. Several extensions may name one activity: it is lost once. What is counted is written with the score, as a conclusion of the domain 'function' counts it."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Questionnaire"
* extension contains result 1..1 and kind 1..1 and activity 1..1 and item 1..* and below 1..1
* extension[result].value[x] only Reference(ObservationDefinition)
* extension[kind].value[x] only code
* extension[kind].valueCode from FunctionLossCodes (required)
* extension[activity].value[x] only code
* extension[item].value[x] only string
* extension[below].value[x] only integer

Extension: FunctionLossOfPoints
Id: function-loss-by-points
Title: "Function lost, by the points"
Description: "What a total says of lost activities where its answers are not known: 'most' less the points are lost, or, at 'none' points, nothing is. Any other total says nothing of it."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "ObservationDefinition"
* extension contains kind 1..1 and most 0..1 and none 0..1
* extension[kind].value[x] only code
* extension[kind].valueCode from FunctionLossCodes (required)
* extension[most].value[x] only integer
* extension[none].value[x] only integer

Extension: FindingOfBand
Id: finding
Title: "Finding"
Description: "The finding that a score in this band gives."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "ObservationDefinition.qualifiedInterval"
* value[x] only code
* valueCode 1..1
* valueCode from FindingCodes (required)

Extension: Due
Id: due
Title: "Due"
Description: "When an action is due: a number of days or business days (Monday to Friday less federal holidays) after its anchor, for everyone or for one risk group."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "PlanDefinition.action"
* ^context[1].type = #element
* ^context[1].expression = "PlanDefinition.goal"
* extension contains count 1..1 and unit 1..1 and anchor 1..1 and risk 0..1
* extension[count].value[x] only integer
* extension[unit].value[x] only code
* extension[unit].valueCode from DueTermCodes (required)
* extension[anchor].value[x] only code
* extension[anchor].valueCode from DueTermCodes (required)
* extension[risk].value[x] only code
* extension[risk].valueCode from DueTermCodes (required)

CodeSystem: DueTerm
Id: due-term
Title: "Terms of due dates"
Description: "Units, anchors and risk groups used by the extension 'due'."
* insert Definitional
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/due-term"
* #day "day" "Calendar day."
* #business-day "business day" "Monday to Friday less federal holidays, observed days included."
* #enrolment "enrollment" "Counted from the day of enrollment."
* #discharge "discharge" "Counted from the day of discharge."
* #now "now" "Counted from the day of the act."
* #high "high risk" "Only for people at high risk."
* #not-high "not high risk" "Only for people not at high risk."

ValueSet: DueTermCodes
Id: due-term
Title: "Terms of due dates: all codes"
Description: "Every code of terms of due dates."
* insert Definitional
* include codes from system DueTerm

Extension: Parameter
Id: parameter
Title: "Parameter"
Description: "A named whole number that a rule reads, with its source."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "PlanDefinition"
* extension contains name 1..1 and value 1..1 and Source named source 0..1
* extension[name].value[x] only code
* extension[value].value[x] only integer

Extension: Choice
Id: choice
Title: "Choice"
Description: "A named choice among published forms that a rule reads, with its source: a site's own content may make another."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "PlanDefinition"
* extension contains name 1..1 and value 1..1 and Source named source 0..1
* extension[name].value[x] only code
* extension[value].value[x] only code

Extension: DisciplineOfMember
Id: discipline
Title: "Discipline"
Description: "Profession of a care team member, or of the person who acted."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "CareTeam.participant"
* ^context[1].type = #element
* ^context[1].expression = "Provenance.agent"
* ^context[2].type = #element
* ^context[2].expression = "Communication"
* value[x] only Coding
* valueCoding 1..1
* valueCoding from DisciplineCodes (required)

Extension: Lace
Id: lace
Title: "LACE points"
Description: "LACE, part by part. A missing input makes a range: then low and high differ and there is no total. Parts are written as \"4\" or \"0-3\"."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "RiskAssessment"
* extension contains total 0..1 and low 1..1 and high 1..1 and length 1..1 and acuity 1..1 and comorbidity 1..1 and emergency 1..1
* extension[total].value[x] only integer
* extension[low].value[x] only integer
* extension[high].value[x] only integer
* extension[length].value[x] only string
* extension[acuity].value[x] only string
* extension[comorbidity].value[x] only string
* extension[emergency].value[x] only string

Extension: Hospital
Id: hospital
Title: "HOSPITAL points"
Description: "The HOSPITAL score in one of its published forms, part by part. A missing input makes a range: then low and high differ and there is no total. Parts are written as \"1\" or \"0-2\"."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "RiskAssessment"
* extension contains variant 1..1 and total 0..1 and low 1..1 and high 1..1 and hemoglobin 1..1 and oncology 1..1 and sodium 1..1 and procedure 1..1 and urgent 1..1 and admissions 1..1 and length 1..1
* extension[variant].value[x] only code
* extension[total].value[x] only integer
* extension[low].value[x] only integer
* extension[high].value[x] only integer
* extension[hemoglobin].value[x] only string
* extension[oncology].value[x] only string
* extension[sodium].value[x] only string
* extension[procedure].value[x] only string
* extension[urgent].value[x] only string
* extension[admissions].value[x] only string
* extension[length].value[x] only string

Extension: PrefilledFrom
Id: prefilled-from
Title: "Filled in from the record"
Description: "That an answer was filled in from the record: from which resource in which version, and whether a person has confirmed it. An answer that nobody has confirmed is never scored and proves no green check-in. Read by the steps that record answers."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "QuestionnaireResponse.item.answer"
* extension contains source 1..1 and confirmed 1..1
* extension[source].value[x] only Reference
* extension[confirmed].value[x] only boolean

Extension: AlsoAccepted
Id: also-accepted
Title: "Also accepted"
Description: "An answer that an item accepts and does not offer: another code that public forms use for the same answer, with its points. Read by the scoring of instruments."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Questionnaire.item"
* extension contains answer 1..1 and points 0..1
* extension[answer].value[x] only Coding
* extension[points].value[x] only integer

Extension: License
Id: license
Title: "License"
Description: "That the wording of an instrument may be shown only with a license, and which. A site names the instruments it has one for (CAREFHIR_LICENSES); without it the wording is left out when the artefact is loaded. Read by the loader, and by the forms of the service."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Questionnaire"
* value[x] only string

Extension: TextWithheld
Id: text-withheld
Title: "Text withheld"
Description: "That the wording of an instrument is not here: it is not shipped, or the site has no license for it. Answers are scored by their codes all the same. Read by the forms of the service, which do not show such a form."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Questionnaire"
* value[x] only boolean

Extension: OnlyByName
Id: only-by-name
Title: "Only by name"
Description: "That an instrument is asked only where somebody names it, and not with the usual ones. Read by assign-assessment."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Questionnaire"
* value[x] only boolean
