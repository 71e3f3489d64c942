// Pathways, and conflicts between pieces of advice. Every goal and action carries its source and mark.
// Conditions are FHIRPath over the facts of carefhir/content/facts.py. A fact that is not known is empty: 'fact.where($this
// >= 3).exists()' is false then, where 'fact >= 3' would be empty and make its own negation empty too.

Alias: CAREGOAL = https://carefhir.org/fhir/CodeSystem/care-goal
Alias: CAREITEM = https://carefhir.org/fhir/CodeSystem/care-item
Alias: CLASH = https://carefhir.org/fhir/CodeSystem/contradiction
Alias: GROUP = https://carefhir.org/fhir/CodeSystem/condition-group
Alias: GOALPRIORITY = http://terminology.hl7.org/CodeSystem/goal-priority
Alias: USAGE = http://terminology.hl7.org/CodeSystem/usage-context-type

Extension: Told
Id: told
Title: "Told"
Description: "A role of the care team to inform, besides the one that acts or decides. Read by propose-plan."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "PlanDefinition.action"
* value[x] only code
* valueCode 1..1
* valueCode from CareTeamRoleCodes (required)

RuleSet: Pathway(id, name, title)
* insert Artefact(PlanDefinition, {id}, {name}, {title})
* type = http://terminology.hl7.org/CodeSystem/plan-definition-type#clinical-protocol
* effectivePeriod.start = "2026-01-01"

RuleSet: For(group)
* useContext[+].code = USAGE#focus
* useContext[=].valueCodeableConcept = GROUP#{group}

RuleSet: AppliesIf(path, expression)
* {path}extension[+].url = "https://carefhir.org/fhir/StructureDefinition/applies"
* {path}extension[=].valueExpression.language = #text/fhirpath
* {path}extension[=].valueExpression.expression = {expression}

RuleSet: Aim(id, code, priority, text)
* goal[+].id = "{id}"
* goal[=].description = CAREGOAL#{code}
* goal[=].description.text = {text}
* goal[=].priority = GOALPRIORITY#{priority}

RuleSet: Below(measure, value, unit)
* goal[=].target.measure = LNC#{measure}
* goal[=].target.detailQuantity = {value} '{unit}'
* goal[=].target.detailQuantity.comparator = #<
* goal[=].target.detailQuantity.unit = "{unit}"

RuleSet: WithinDays(days)
* goal[=].target.due = {days} 'd'

RuleSet: Do(code, class, makes, who, priority, title, text)
* action[+].title = {title}
* action[=].description = {text}
* action[=].code = CAREITEM#{code}
* action[=].priority = #{priority}
* action[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/item-class"
* action[=].extension[=].valueCode = #{class}
* action[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/makes"
* action[=].extension[=].valueCode = #{makes}
* action[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/done-by"
* action[=].extension[=].valueCode = #{who}

RuleSet: Serves(goal)
* action[=].goalId[+] = "{goal}"

RuleSet: Answers(group)
* action[=].reason[+] = GROUP#{group}

RuleSet: When(expression)
* action[=].condition.kind = #applicability
* action[=].condition.expression.language = #text/fhirpath
* action[=].condition.expression.expression = {expression}

RuleSet: Against(code, who, priority, title, text)
* action[+].title = {title}
* action[=].description = {text}
* action[=].code = CLASH#{code}
* action[=].priority = #{priority}
* action[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/done-by"
* action[=].extension[=].valueCode = #{who}

RuleSet: Tell(who)
* action[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/told"
* action[=].extension[=].valueCode = #{who}

RuleSet: ToldBy(goal, measure, unit, direction, noise, mark, text)
* #{goal} ^property[0].code = #measure
* #{goal} ^property[0].valueString = "{measure}"
* #{goal} ^property[1].code = #unit
* #{goal} ^property[1].valueString = "{unit}"
* #{goal} ^property[2].code = #direction
* #{goal} ^property[2].valueCode = #{direction}
* #{goal} ^property[3].code = #noise
* #{goal} ^property[3].valueDecimal = {noise}
* #{goal} ^extension[0].url = "https://carefhir.org/fhir/StructureDefinition/source"
* #{goal} ^extension[0].extension[0].url = "text"
* #{goal} ^extension[0].extension[0].valueString = {text}
* #{goal} ^extension[0].extension[1].url = "mark"
* #{goal} ^extension[0].extension[1].valueCode = #{mark}

// What a goal or an item is called in the copy of a plan that a person takes home.
RuleSet: Plainly(code, words)
* #{code} ^designation[0].language = #en
* #{code} ^designation[0].use = http://snomed.info/sct#900000000000013009 "Synonym"
* #{code} ^designation[0].value = {words}

CodeSystem: CareGoal
Id: care-goal
Title: "Goals of care"
Description: "Goals that pathways and people set. A measured goal says which reading to use, in which unit, which direction is better, and how far a reading must move to be more than noise."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/care-goal"
* insert ComparisonsOfCareGoal
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/care-goal"
* ^property[0].code = #measure
* ^property[0].type = #string
* ^property[0].description = "LOINC code of the reading to judge it by"
* ^property[1].code = #unit
* ^property[1].type = #string
* ^property[1].description = "UCUM unit of target and noise"
* ^property[2].code = #direction
* ^property[2].type = #code
* ^property[2].description = "Which direction is better: lower, higher, or stable"
* ^property[3].code = #noise
* ^property[3].type = #decimal
* ^property[3].description = "A smaller change than this is no change; for a stable goal, how far from the target still counts as on target"
* ^property[4].code = #beside
* ^property[4].type = #string
* ^property[4].description = "LOINC code of the other number of the same reading: the goal is not reached while that one is too high"
* ^property[5].code = #besideBelow
* ^property[5].type = #decimal
* ^property[5].description = "What the other number must be below, where the target is 'besideFor' or lower"
* ^property[6].code = #besideFor
* ^property[6].type = #decimal
* ^property[6].description = "Up to which target 'besideBelow' counts"
* ^property[7].code = #besideElse
* ^property[7].type = #decimal
* ^property[7].description = "What the other number must be below, where the target is higher than that"
* #a1c "A1c in its range" "Average glucose of about three months where it should be for this person."
* insert ToldBy(a1c, 4548-4, %, lower, 0.5, D, [["A change of A1c below 0.5 percentage points is not called a change: our default."]])
* #avoid-lows-and-symptoms "no lows and no symptoms" "No low glucose and no symptoms of high glucose; no A1c target."
* #no-severe-lows "no severe lows" "No glucose below the limit of a serious low, and no low that needs another person."
* #self-management-education "diabetes education" "The person has learned to manage their diabetes."
* #yearly-checks "yearly checks" "Eyes, feet and kidneys checked within the year."
* #blood-pressure "blood pressure in its range" "Blood pressure where it should be, if tolerated."
* insert ToldBy(blood-pressure, 8480-6, mm[Hg], lower, 10, D, [["A change of systolic pressure below 10 mmHg is not called a change, and 90 mmHg for the lower number beside a higher target: our defaults. 80 beside 130: Indian Health Service, as in the pathway."]])
* #blood-pressure ^property[4].code = #beside
* #blood-pressure ^property[4].valueString = "8462-4"
* #blood-pressure ^property[5].code = #besideBelow
* #blood-pressure ^property[5].valueDecimal = 80
* #blood-pressure ^property[6].code = #besideFor
* #blood-pressure ^property[6].valueDecimal = 130
* #blood-pressure ^property[7].code = #besideElse
* #blood-pressure ^property[7].valueDecimal = 90
* #dry-weight "dry weight" "Weight stays at the dry weight that the prescriber recorded."
* insert ToldBy(dry-weight, 29463-7, [lb_av], stable, 5, D, [["Weight in heart failure is stability. A difference of up to 5 pounds, as in the weight rule, counts as stable: our default; a site or a prescriber may set another."]])
* #daily-weights "weighed every day" "The weight is taken and written down every day."
* #no-heart-failure-stay "no stay for heart failure" "No unplanned hospital stay for heart failure."
* #visit-after-discharge "seen after discharge" "Seen by a provider soon after leaving the hospital."
* #therapy-review "medicines of heart failure reviewed" "A prescriber has reviewed the treatment of heart failure as a whole."
* #less-salt "less salt" "Avoids excess sodium."
* #phq-9 "mood better" "Symptoms of depression, by PHQ-9, are falling."
* insert ToldBy(phq-9, 44261-6, {score}, lower, 5, K, [["A change of PHQ-9 below 5 points is not called a change: general knowledge (Kroenke and others); source to be found."]])
* #weight-loss "weight loss" "A lower body weight."
* insert ToldBy(weight-loss, 29463-7, [lb_av], lower, 5, D, [["A change of less than 5 pounds is not called a change: our default."]])
* #exercise "exercise" "Regular physical activity, as a number of minutes a week."
* #enough-food "enough food" "Enough suitable food, every day of the month."
* #transport "a way to get there" "Can get to visits, the pharmacy and the store."
* #stable-housing "a safe place to live" "A home that is safe and will last."
* insert GoalsOfLungs
* insert GoalsOfKidneys
* insert GoalsOfFalls
* insert GoalsOfStroke
* insert GoalsOfComfort
* #utilities "heat, light and water" "Heat, light, water and a telephone that stay on."
* insert Plainly(utilities, [["My heat, light and water stay on"]])
* insert Plainly(a1c, [["My long-term sugar (A1c) is in the range we agreed on"]])
* insert Plainly(avoid-lows-and-symptoms, [["My sugar does not go too low, and I feel no signs of high sugar"]])
* insert Plainly(no-severe-lows, [["My sugar never goes so low that I need help"]])
* insert Plainly(self-management-education, [["I know how to live with diabetes day by day"]])
* insert Plainly(yearly-checks, [["My eyes, feet and kidneys are checked each year"]])
* insert Plainly(blood-pressure, [["My blood pressure is in its range, and I feel well with it"]])
* insert Plainly(dry-weight, [["My weight stays where my provider wants it"]])
* insert Plainly(daily-weights, [["I weigh myself each morning and write it down"]])
* insert Plainly(no-heart-failure-stay, [["I do not have to go to the hospital for my heart"]])
* insert Plainly(visit-after-discharge, [["I see my provider soon after the hospital"]])
* insert Plainly(therapy-review, [["My provider has looked at all my heart medicines"]])
* insert Plainly(less-salt, [["I eat less salt"]])
* insert Plainly(phq-9, [["I feel better in my mood"]])
* insert Plainly(weight-loss, [["I lose weight"]])
* insert Plainly(exercise, [["I move more each week"]])
* insert Plainly(enough-food, [["I have enough good food all month"]])
* insert Plainly(transport, [["I can get to my visits, the pharmacy and the store"]])
* insert Plainly(stable-housing, [["I have a safe home that will last"]])

ValueSet: CareGoalCodes
Id: care-goal
Title: "Goals of care: all codes"
Description: "Every code of goals of care."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/care-goal"
* include codes from system CareGoal

CodeSystem: CareItem
Id: care-item
Title: "Items of a care plan"
Description: "What a pathway or a person asks to be done."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/care-item"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/care-item"
* ^property[0].code = #byCall
* ^property[0].type = #boolean
* ^property[0].description = "Whether it is done by talking with the person, so that one call covers it together with others (our default)"
* ^property[1].code = #coveredBy
* ^property[1].type = #code
* ^property[1].description = "A kind of Task (CodeSystem care-task) that already sees to it: then it is linked and not proposed a second time (our default)"
* ^property[2].code = #domain
* ^property[2].type = #code
* ^property[2].description = "The domain (CodeSystem assessment-domain) whose assessment already sees to it: an open Task, or a conclusion of late (our default)"
* #hypoglycaemia-teach-back "teach-back: low glucose" "Teach low glucose, and hear it back."
* #sick-day-plan "sick-day plan" "What to do with medicines, food and drink on a sick day, signed by the prescriber."
* #supplies-and-cost "supplies and cost" "Whether strips, needles and medicines are available and affordable."
* #foot-check "foot check" "Look at the feet."
* #food-screen "food screen" "Ask about food."
* #eye-exam-referral "eye exam" "Referral for a dilated eye exam."
* #kidney-test "kidney test" "Kidney function in blood and urine."
* #a1c-test "A1c test" "Repeat the A1c."
* #diabetes-education "diabetes education" "Referral to self-management education."
* #action-plan-diabetes "action plan: diabetes" "What to watch for, what to do, whom to call."
* #scale "scale" "A scale at home."
* #zone-teach-back "teach-back: zones" "Teach the zones of heart failure, and hear them back."
* #action-plan-heart-failure "action plan: heart failure" "What to watch for, what to do, whom to call."
* #dry-weight "dry weight" "The prescriber records the dry weight."
* #take-every-day "medicines every day" "Teach that heart medicines are taken every day."
* #low-salt-teaching "teaching: salt" "Teach where salt hides, and how to eat less of it."
* #fluid-limit "fluid limit" "A daily limit on fluids, ordered by the prescriber."
* #constipation-advice "advice on constipation" "What to eat and drink against constipation."
* #exercise "exercise" "A plan for physical activity."
* #therapy-review "review of heart failure treatment" "The prescriber reviews the treatment as a whole."
* #cardiac-rehab-referral "cardiac rehabilitation" "Referral to cardiac rehabilitation."
* #follow-up-visit "visit after discharge" "A visit soon after discharge."
* #vaccination "vaccines" "Check and offer vaccines."
* #medication-management "medicines" "One list, what each is for, refills, how they are taken."
* #screen-depression "screen: mood" "Ask the PHQ-9."
* #screen-isolation "screen: isolation" "Ask about company and help."
* #screen-frailty "screen: frailty" "Ask about strength, falls and daily tasks."
* #screen-literacy "screen: health literacy" "Ask how written instructions are managed."
* #depression-follow-up "follow-up: mood" "Contact after a positive depression screen."
* #food-referral "food" "Referral to a food program, with consent."
* #transport-referral "transport" "Referral to a transportation program, with consent."
* #housing-referral "housing" "Referral to a housing program, with consent."
* #shelter-tonight "a place tonight" "Find a place to sleep tonight."
* insert ItemsOfLungs
* insert ItemsOfPressure
* insert ItemsOfKidneys
* insert ItemsOfMood
* insert ItemsOfFalls
* insert ItemsOfStroke
* insert ItemsOfComfort
* #glucagon "glucagon" "Whether glucagon should be at home, a question to the prescriber."
* insert Plainly(glucagon, [["Your provider says if you need glucagon at home for a bad low"]])
* #diabetes-distress "worn out by diabetes" "Ask what is hardest about diabetes."
* insert ByCall(diabetes-distress, 0)
* insert Plainly(diabetes-distress, [["We ask what is hardest about diabetes for you"]])
* #potassium-test "potassium test" "Potassium and kidney function in blood."
* insert Plainly(potassium-test, [["You have a blood test for your heart medicines"]])
* #who-decides "who decides" "Whom the person wants to decide for them, and what matters."
* insert ByCall(who-decides, 0)
* #who-decides ^property[1].code = #domain
* #who-decides ^property[1].valueCode = #advance-directives
* insert Plainly(who-decides, [["We ask who should decide for you if you cannot"]])
* #mood-start-call "call after starting medicine for mood" "A call soon after medicine for mood was started."
* insert ByCall(mood-start-call, 0)
* insert Plainly(mood-start-call, [["We call you soon about your new medicine for mood"]])
* #action-plan "action plan: one page" "One page for all conditions: what to watch for, what to do, whom to call."
* insert ByCall(action-plan, 0)
* insert Plainly(action-plan, [["We make one page on what to watch for, and whom to call"]])
* #treatment-review "review of treatment" "The prescriber reviews the treatment of all conditions together."
* insert Plainly(treatment-review, [["Your provider looks at your treatment as a whole"]])
* #utility-referral "heat, light and water" "Referral to an assistance program for utilities, with consent."
* insert Plainly(utility-referral, [["We ask a program to help with your bills for heat and light"]])
* #hypoglycaemia-teach-back ^property[0].code = #byCall
* #hypoglycaemia-teach-back ^property[0].valueBoolean = true
* #supplies-and-cost ^property[0].code = #byCall
* #supplies-and-cost ^property[0].valueBoolean = true
* #food-screen ^property[0].code = #byCall
* #food-screen ^property[0].valueBoolean = true
* #action-plan-diabetes ^property[0].code = #byCall
* #action-plan-diabetes ^property[0].valueBoolean = true
* #zone-teach-back ^property[0].code = #byCall
* #zone-teach-back ^property[0].valueBoolean = true
* #action-plan-heart-failure ^property[0].code = #byCall
* #action-plan-heart-failure ^property[0].valueBoolean = true
* #take-every-day ^property[0].code = #byCall
* #take-every-day ^property[0].valueBoolean = true
* #low-salt-teaching ^property[0].code = #byCall
* #low-salt-teaching ^property[0].valueBoolean = true
* #constipation-advice ^property[0].code = #byCall
* #constipation-advice ^property[0].valueBoolean = true
* #medication-management ^property[0].code = #byCall
* #medication-management ^property[0].valueBoolean = true
* #screen-depression ^property[0].code = #byCall
* #screen-depression ^property[0].valueBoolean = true
* #screen-isolation ^property[0].code = #byCall
* #screen-isolation ^property[0].valueBoolean = true
* #screen-frailty ^property[0].code = #byCall
* #screen-frailty ^property[0].valueBoolean = true
* #screen-literacy ^property[0].code = #byCall
* #screen-literacy ^property[0].valueBoolean = true
* #depression-follow-up ^property[0].code = #byCall
* #depression-follow-up ^property[0].valueBoolean = true
* #follow-up-visit ^property[0].code = #coveredBy
* #follow-up-visit ^property[0].valueCode = #book-follow-up
* #medication-management ^property[1].code = #coveredBy
* #medication-management ^property[1].valueCode = #reconcile-medications
* #screen-literacy ^property[1].code = #domain
* #screen-literacy ^property[1].valueCode = #language-literacy
* #screen-frailty ^property[1].code = #domain
* #screen-frailty ^property[1].valueCode = #function
* #screen-isolation ^property[1].code = #domain
* #screen-isolation ^property[1].valueCode = #supports
* #food-screen ^property[1].code = #domain
* #food-screen ^property[1].valueCode = #social
* #screen-depression ^property[1].code = #domain
* #screen-depression ^property[1].valueCode = #behavioural
* insert Plainly(hypoglycaemia-teach-back, [["We go over the signs of low sugar, and what you do then"]])
* insert Plainly(sick-day-plan, [["Your provider writes down what to do on sick days"]])
* insert Plainly(supplies-and-cost, [["We check that you have your strips, needles and pills, and can pay for them"]])
* insert Plainly(foot-check, [["We look at your feet"]])
* insert Plainly(food-screen, [["We ask if you have enough food"]])
* insert Plainly(eye-exam-referral, [["You have your eyes checked"]])
* insert Plainly(kidney-test, [["You have your kidneys tested"]])
* insert Plainly(a1c-test, [["You have your A1c tested again"]])
* insert Plainly(diabetes-education, [["You go to a class on diabetes"]])
* insert Plainly(action-plan-diabetes, [["We make a page on what to watch for with diabetes, and whom to call"]])
* insert Plainly(scale, [["You get a scale at home"]])
* insert Plainly(zone-teach-back, [["We go over the green, yellow and red signs for your heart"]])
* insert Plainly(action-plan-heart-failure, [["We make a page on what to watch for with your heart, and whom to call"]])
* insert Plainly(dry-weight, [["Your provider says what your weight should be"]])
* insert Plainly(take-every-day, [["We talk about how you take your heart pills each day"]])
* insert Plainly(low-salt-teaching, [["We show you where salt hides in food"]])
* insert Plainly(fluid-limit, [["Your provider says how much you may drink each day"]])
* insert Plainly(constipation-advice, [["We talk about what helps when you cannot go"]])
* insert Plainly(exercise, [["We plan how you can move more"]])
* insert Plainly(therapy-review, [["Your provider looks at all your heart medicines"]])
* insert Plainly(cardiac-rehab-referral, [["You go to a class to make your heart stronger"]])
* insert Plainly(follow-up-visit, [["You see your provider soon after the hospital"]])
* insert Plainly(vaccination, [["We check which shots you need"]])
* insert Plainly(medication-management, [["We make one list of all your medicines"]])
* insert Plainly(screen-depression, [["We ask how your mood is"]])
* insert Plainly(screen-isolation, [["We ask who is there for you"]])
* insert Plainly(screen-frailty, [["We ask about your strength, and about falls"]])
* insert Plainly(screen-literacy, [["We ask how we can best write things down for you"]])
* insert Plainly(depression-follow-up, [["We talk with you about your mood again"]])
* insert Plainly(food-referral, [["We ask a food program to help you"]])
* insert Plainly(transport-referral, [["We ask a ride program to help you"]])
* insert Plainly(housing-referral, [["We ask a housing program to help you"]])
* insert Plainly(shelter-tonight, [["We find you a place to sleep tonight"]])

ValueSet: CareItemCodes
Id: care-item
Title: "Items of a care plan: all codes"
Description: "Every code of items of a care plan."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/care-item"
* include codes from system CareItem

RuleSet: Sides(code, one, other)
* #{code} ^property[0].code = #oneSide
* #{code} ^property[0].valueString = {one}
* #{code} ^property[1].code = #otherSide
* #{code} ^property[1].valueString = {other}

CodeSystem: ContradictionCode
Id: contradiction
Title: "Conflicting advice"
Description: "Conflicts between two pieces of advice. A person decides."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/contradiction"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/contradiction"
* insert Sourced(^, D, [["The two sides of each conflict, in the words in which whoever decides may choose one: our default. A third way in words of their own is always open."]])
* ^property[0].code = #oneSide
* ^property[0].type = #string
* ^property[0].description = "What holds if the first side is chosen, in words"
* ^property[1].code = #otherSide
* ^property[1].type = #string
* ^property[1].description = "What holds if the second side is chosen, in words"
* #drink-more-fluid-limit "drink more, fluid limit" "Advice to drink more conflicts with an ordered fluid limit."
* #hold-never-skip "hold on sick days, never skip" "Advice to hold medicines on sick days conflicts with advice never to skip them."
* #salt-substitute-potassium "less salt, potassium" "Advice to eat less salt, where a potassium salt substitute would be dangerous."
* #heart-failure-medicine "heart failure, medicine" "A medicine that can make heart failure worse."
* #tight-a1c "tight A1c, risk of lows" "An A1c target below 7 for someone whom lows would harm."
* #food-insecurity-lows "too little food, lows" "Too little food, and a medicine that lowers glucose without food."
* #low-salt-food-pantry "low-salt diet, food pantry" "A low-salt diet, and food that the person cannot choose."
* #exercise-unsafe "exercise, unsafe now" "An exercise goal where exercise may not be safe now."
* #weight-loss-dry-weight "lose weight, keep weight" "Two goals for one weight."
* insert Sides(drink-more-fluid-limit, [["Drink more on sick days or for constipation, as advised"]], [["Keep to the ordered fluid limit, also on sick days"]])
* insert Sides(hold-never-skip, [["On sick days, hold the medicines that the written sick-day plan names, and call the same day"]], [["Never skip a medicine without a call first, also on sick days"]])
* insert Sides(salt-substitute-potassium, [["Less salt; a salt substitute may be used"]], [["Less salt, and no salt substitute with potassium"]])
* insert Sides(heart-failure-medicine, [["The medicine goes on"]], [["The medicine is to be stopped or replaced"]])
* insert Sides(tight-a1c, [["The A1c target below 7 stays"]], [["A less strict A1c target"]])
* insert Sides(food-insecurity-lows, [["Food first; the medicine stays as it is ordered"]], [["The prescriber looks at the medicine while food is short"]])
* insert Sides(low-salt-food-pantry, [["Less salt comes first"]], [["Enough to eat comes first, also where it has more salt"]])
* insert Sides(exercise-unsafe, [["Exercise as the goal says"]], [["No exercise goal until the provider says that it is safe"]])
* insert Sides(weight-loss-dry-weight, [["Lose weight"]], [["Stay at the dry weight"]])
* insert ConflictsOfPathways
* insert ConflictsOfComfort

ValueSet: ContradictionCodes
Id: contradiction
Title: "Conflicting advice: all codes"
Description: "Every code of conflicting advice."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/contradiction"
* include codes from system ContradictionCode

// ---- type 2 diabetes
// Classes of older adults (65 and over), from the most to the least burdened; each variant of the A1c goal excludes the
// others, and an unknown fact never makes somebody more burdened: the prescriber signs the class.

// Not very complex, and complex or, with `.not()`, healthy.
RuleSet: LessBurdened(complex)
* insert AppliesIf(goal[=]., [["age.where($this >= 65).exists() and (nyha.where($this >= 3).exists() or 'dialysis' in conditions or 'long-term-care' in conditions or adl_losses.where($this >= 2).exists()).not() and (coexisting_count.where($this >= 3).exists() or iadl_losses.where($this >= 2).exists() or 'cognitive-impairment' in conditions or 'dementia' in conditions){complex}"]])

Instance: pathway-diabetes-type-2
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-diabetes-type-2, PathwayDiabetesType2, "Type 2 diabetes")
* description = "Goals and interventions for type 2 diabetes. The A1c goal follows the ADA's classes of older adults, by what is on record; the prescriber signs it."
* insert ComparisonsPathwayDiabetesType2
* purpose = "Fewer complications over the years, and no harm from treatment: few lows, few very high values, eyes, feet and kidneys kept."
* insert For(diabetes-type-2)
* insert NotForTheseFive
* insert NotFor(type-1-diabetes)
* insert NotFor(dialysis)
* insert AppliesIf(, [["'diabetes-type-2' in conditions"]])
* insert Sourced(, V, [["American Diabetes Association, Standards of Care: Older Adults (table of treatment goals, as adapted in PMC6794221 and, for 2016, in clinmedjournals.org jgmg-2-014: multiple coexisting chronic illnesses means at least three)."]])
* insert Aim(a1c-under-65, a1c, high-priority, [["A1c below 7 percent, if that is possible without lows. The prescriber signs the target."]])
* insert Below(4548-4, 7.0, %)
* insert WithinDays(180)
* insert AppliesIf(goal[=]., [["age.where($this < 65).exists()"]])
* insert Sourced(goal[=]., V, [["American Diabetes Association, Summary of Glycemic Recommendations for Nonpregnant Adults With Diabetes (table in Clinical Diabetes): A1c below 7.0 percent, more or less stringent for individual patients. Due in six months: our default (D)."]])
* insert NotBesideComfort(goal[=].)
* insert Aim(a1c-age-unknown, a1c, high-priority, [["A1c target to be set by the prescriber: the age is not on record."]])
* goal[=].target.measure = LNC#4548-4
* insert AppliesIf(goal[=]., [["age.empty()"]])
* insert Sourced(goal[=]., D, [["Without an age there is no class: our default."]])
* insert NotBesideComfort(goal[=].)
* insert Aim(a1c-healthy, a1c, high-priority, [["A1c below 7.5 percent (ADA, healthy older adult: below 7.0 to 7.5). The prescriber signs the class, which may change with what is not assessed yet."]])
* insert Below(4548-4, 7.5, %)
* insert WithinDays(180)
* insert LessBurdened([[.not()]])
* insert Sourced(goal[=]., V, [["ADA Standards of Care, Older Adults, healthy: below 7.0 to 7.5 percent (below 7.5 in the tables of PMC6794221 and PMC5585298). Due in six months: our default (D)."]])
* insert NotBesideComfort(goal[=].)
* insert Aim(a1c-complex, a1c, high-priority, [["A1c below 8 percent (ADA, complex health). The prescriber signs the class, which may change with what is not assessed yet."]])
* insert Below(4548-4, 8.0, %)
* insert WithinDays(180)
* insert LessBurdened()
* insert Sourced(goal[=]., V, [["ADA Standards of Care, Older Adults, complex: below 8.0 percent with at least three coexisting chronic illnesses, two lost instrumental activities, or mild to moderate cognitive impairment (PMC6794221 table 4). Dementia of unknown degree counted here, and due in six months: our default (D)."]])
* insert NotBesideComfort(goal[=].)
* insert Aim(no-a1c-target, avoid-lows-and-symptoms, high-priority, [["No A1c target: no lows, and no symptoms of high glucose (ADA, very complex health; or comfort comes first). The prescriber signs the class."]])
* insert AppliesIf(goal[=]., [["'comfort-first' in states or (age.where($this >= 65).exists() and (nyha.where($this >= 3).exists() or 'dialysis' in conditions or 'long-term-care' in conditions or adl_losses.where($this >= 2).exists()))"]])
* insert Sourced(goal[=]., S, [["ADA Standards of Care, Older Adults, very complex: avoid reliance on A1c, as cited on secondary pages; earlier editions gave below 8.5 percent (PMC6794221 table 4). Long-term care, NYHA III or IV, dialysis, two lost activities of daily living. The same where the person says that comfort comes first: our default (D), as ADA's palliative care (Diabetes Spectrum 2020;33:246, abstract: from tight control to safety and comfort)."]])
* insert Aim(no-severe-lows, no-severe-lows, high-priority, [["No glucose below 54 mg/dL and no low that needs another person, for 30 days."]])
* insert WithinDays(30)
* insert Sourced(goal[=]., V, [["American Diabetes Association, Standards of Care 2017, table 6.3: level 2 below 54 mg/dL, level 3 requires external assistance. 30 days: our default (D)."]])
* insert Aim(self-management-education, self-management-education, medium-priority, [["Has learned to manage diabetes day by day, by day 90."]])
* insert WithinDays(90)
* insert NotBesideComfort(goal[=].)
* insert Sourced(goal[=]., D, [["Self-management education by day 90: our default."]])
* insert Aim(yearly-checks, yearly-checks, medium-priority, [["Eyes, feet and kidneys each checked within 12 months."]])
* insert WithinDays(365)
* insert NotBesideComfort(goal[=].)
* insert Sourced(goal[=]., V, [["Indian Health Service, Diabetes Standards of Care, recommendations at a glance: eye and foot exam at diagnosis, then annually; kidney care page: eGFR and urine albumin at diagnosis, then at least annually."]])
* insert PressureGoal(medium-priority)
* insert Sourced(goal[=]., V, [["Indian Health Service, Diabetes Standards of Care, recommendations at a glance: below 130 and below 80 mmHg for adults. That it must be tolerated, and due in six months: our default (D)."]])
* insert Do(hypoglycaemia-teach-back, now, Task, care-manager, urgent, [["Teach-back: low glucose"]], [["Teach how a low feels, what to take at once, when to measure again, and when someone must call 911. Ask the person, and whoever lives with them, to say it back in their own words; teach again until it is clear."]])
* insert Serves(no-severe-lows)
* insert Serves(no-a1c-target)
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["Within two business days: our default."]])
* insert Do(glucagon, order, ServiceRequest, supervising-provider, routine, [["Glucagon at home: a question to the prescriber"]], [["Insulin, or a sulfonylurea or meglitinide in somebody whom lows endanger most, and no glucagon on the list that could be read. Should glucagon that needs no mixing be at home, and who there will be shown how it is given?"]])
* insert Serves(no-severe-lows)
* insert When([["('glucagon' in medicines or 'dasiglucagon' in medicines).not() and ('insulin' in medicine_classes or (('sulfonylurea' in medicine_classes or 'meglitinide' in medicine_classes or 'glucose-lowering-unknown' in medicine_classes) and (age.where($this >= 65).exists() or egfr.where($this < 45).exists() or 'food-need' in needs)))"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., S, [["ADA Standards of Care 2025, section 6, as quoted on a secondary page: glucagon for all who take insulin or are at high risk of hypoglycemia. Who is at high risk with a sulfonylurea or meglitinide (65 years, eGFR below 45, too little food), and two weeks: our default (D)."]])
* insert SickDayPlan
* insert Serves(no-severe-lows)
* insert DueIn(10, day, now)
* insert Sourced(action[=]., D, [["A sick-day plan only as signed by the prescriber, within ten days: our default."]])
* insert Do(supplies-and-cost, now, Task, care-manager, routine, [["Supplies and cost"]], [["Are the meter or the sensor (CGM), strips, needles and medicines there, in date, and affordable? Is the meter or sensor used, and what is done with what it shows? Ask what is skipped or stretched to save money, and settle it with the pharmacy, the health plan or an assistance program."]])
* insert Serves(a1c-under-65)
* insert Serves(a1c-age-unknown)
* insert Serves(a1c-healthy)
* insert Serves(a1c-complex)
* insert Serves(no-severe-lows)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["Within two weeks: our default."]])
* insert Do(foot-check, plan, Task, care-manager, routine, [["Foot check"]], [["See that the feet are checked: skin, shape, pulse, and feeling by monofilament. Teach the person to look at their feet every day. A break in the skin or a red, hot foot goes to the provider the same day."]])
* insert Serves(yearly-checks)
* insert When([["foot_check_days.where($this <= 335).exists().not()"]])
* insert DueIn(30, day, now)
* insert Sourced(action[=]., V, [["Indian Health Service, Diabetes Standards of Care, recommendations at a glance: comprehensive foot exam at diagnosis, then annually. Within 30 days of the plan, and not where the record shows one of the last 335 days: our default (D)."]])
* insert Do(food-screen, now, Task, care-manager, routine, [["Food screen"]], [["Ask the two questions of the Hunger Vital Sign: someone on glucose-lowering medicine who runs out of food is at risk of lows."]])
* insert Serves(no-severe-lows)
* insert When([["('food-need' in needs).not() and social_age_days.where($this <= 30).exists().not()"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["Food screen for everyone in the pathway unless the need is known or social needs were asked about within 30 days, within two weeks: our default."]])
* insert Do(eye-exam-referral, order, ServiceRequest, supervising-provider, routine, [["Referral: dilated eye exam"]], [["A dilated eye exam or retinal photographs, unless one was done within 12 months."]])
* insert Serves(yearly-checks)
* insert When([["eye_exam_days.where($this <= 335).exists().not()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(90, day, now)
* insert Sourced(action[=]., V, [["Indian Health Service, Diabetes Standards of Care, recommendations at a glance: dilated eye exam or retinal imaging at diagnosis, then annually. Ordered within 90 days, and not where the record shows one of the last 335 days: our default (D)."]])
* insert KidneyTest
* insert Serves(yearly-checks)
* insert DueIn(90, day, now)
* insert Sourced(action[=]., V, [["Indian Health Service, Diabetes Standards of Care, kidney care: eGFR and urine albumin-to-creatinine ratio at diagnosis, then at least annually. Ordered within 90 days: our default (D)."]])
* insert Do(a1c-test, order, ServiceRequest, supervising-provider, routine, [["A1c test: due now"]], [["No A1c is on record that is new enough: none of the last five months, or, above the target, none of the last 45 days. Repeat it, so that the goal can be judged."]])
* insert Serves(a1c-under-65)
* insert Serves(a1c-age-unknown)
* insert Serves(a1c-healthy)
* insert Serves(a1c-complex)
* insert When([["(age.where($this >= 65).exists().not() or (nyha.where($this >= 3).exists() or 'dialysis' in conditions or 'long-term-care' in conditions or adl_losses.where($this >= 2).exists()).not()) and ((((age.where($this < 65).exists() and a1c.where($this < 7).exists()) or (age.where($this >= 65).exists() and (a1c.where($this < 7.5).exists() or (a1c.where($this < 8).exists() and (coexisting_count.where($this >= 3).exists() or iadl_losses.where($this >= 2).exists() or 'cognitive-impairment' in conditions or 'dementia' in conditions))))) and a1c_age_days.where($this <= 150).exists()) or ((((age.where($this < 65).exists() and a1c.where($this < 7).exists()) or (age.where($this >= 65).exists() and (a1c.where($this < 7.5).exists() or (a1c.where($this < 8).exists() and (coexisting_count.where($this >= 3).exists() or iadl_losses.where($this >= 2).exists() or 'cognitive-impairment' in conditions or 'dementia' in conditions)))))).not() and a1c.exists() and a1c_age_days.where($this <= 45).exists())).not()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., V, [["Indian Health Service, Diabetes Standards of Care, recommendations at a glance: A1c every 3 to 6 months. Within two weeks: Not where there is no A1c target: our default (D)."]])
* insert Do(a1c-test, order, ServiceRequest, supervising-provider, routine, [["A1c test: twice a year"]], [["The newest A1c is below the target: repeat it six months after that one, sooner after a change of treatment."]])
* insert Serves(a1c-under-65)
* insert Serves(a1c-age-unknown)
* insert Serves(a1c-healthy)
* insert Serves(a1c-complex)
* insert When([["(age.where($this >= 65).exists().not() or (nyha.where($this >= 3).exists() or 'dialysis' in conditions or 'long-term-care' in conditions or adl_losses.where($this >= 2).exists()).not()) and ((age.where($this < 65).exists() and a1c.where($this < 7).exists()) or (age.where($this >= 65).exists() and (a1c.where($this < 7.5).exists() or (a1c.where($this < 8).exists() and (coexisting_count.where($this >= 3).exists() or iadl_losses.where($this >= 2).exists() or 'cognitive-impairment' in conditions or 'dementia' in conditions))))) and a1c_age_days.where($this <= 90).exists()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(90, day, now)
* insert Sourced(action[=]., V, [["Indian Health Service, Diabetes Standards of Care, recommendations at a glance: A1c every 3 to 6 months. Six months where the newest is below the target (the other end is three): Not where there is no A1c target: our default (D)."]])
* insert Do(a1c-test, order, ServiceRequest, supervising-provider, routine, [["A1c test: twice a year"]], [["The newest A1c is below the target: repeat it six months after that one, sooner after a change of treatment."]])
* insert Serves(a1c-under-65)
* insert Serves(a1c-age-unknown)
* insert Serves(a1c-healthy)
* insert Serves(a1c-complex)
* insert When([["(age.where($this >= 65).exists().not() or (nyha.where($this >= 3).exists() or 'dialysis' in conditions or 'long-term-care' in conditions or adl_losses.where($this >= 2).exists()).not()) and ((age.where($this < 65).exists() and a1c.where($this < 7).exists()) or (age.where($this >= 65).exists() and (a1c.where($this < 7.5).exists() or (a1c.where($this < 8).exists() and (coexisting_count.where($this >= 3).exists() or iadl_losses.where($this >= 2).exists() or 'cognitive-impairment' in conditions or 'dementia' in conditions))))) and a1c_age_days.where($this > 90 and $this <= 150).exists()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., V, [["Indian Health Service, Diabetes Standards of Care, recommendations at a glance: A1c every 3 to 6 months. Six months where the newest is below the target (the other end is three): Not where there is no A1c target: our default (D)."]])
* insert Do(a1c-test, order, ServiceRequest, supervising-provider, routine, [["A1c again in three months"]], [["Repeat the A1c three months after the last one while it is above the target or treatment is being changed."]])
* insert Serves(a1c-under-65)
* insert Serves(a1c-age-unknown)
* insert Serves(a1c-healthy)
* insert Serves(a1c-complex)
* insert When([["(age.where($this >= 65).exists().not() or (nyha.where($this >= 3).exists() or 'dialysis' in conditions or 'long-term-care' in conditions or adl_losses.where($this >= 2).exists()).not()) and (((age.where($this < 65).exists() and a1c.where($this < 7).exists()) or (age.where($this >= 65).exists() and (a1c.where($this < 7.5).exists() or (a1c.where($this < 8).exists() and (coexisting_count.where($this >= 3).exists() or iadl_losses.where($this >= 2).exists() or 'cognitive-impairment' in conditions or 'dementia' in conditions)))))).not() and a1c.exists() and a1c_age_days.where($this <= 45).exists()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(45, day, now)
* insert Sourced(action[=]., V, [["Indian Health Service, Diabetes Standards of Care, recommendations at a glance: A1c every 3 to 6 months. Three months while it is above the target (the other end is six): Not where there is no A1c target: our default (D)."]])
* insert Do(diabetes-education, order, ServiceRequest, supervising-provider, routine, [["Referral: diabetes self-management education"]], [["Referral to a self-management education program, in the person's language, at a place they can reach."]])
* insert Serves(self-management-education)
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["Referred within 30 days so that it is done by day 90: our default."]])
* insert Do(treatment-review, plan, Task, supervising-provider, routine, [["Review the treatment"]], [["Diabetes: lows would harm this person most (age, what they can no longer do, falls, several illnesses, or an A1c below 6.5). Would less or simpler medicine be safer? Nothing is stopped on our advice."]])
* insert Serves(no-severe-lows)
* insert When([["age.where($this >= 65).exists() and ('insulin' in medicine_classes or 'sulfonylurea' in medicine_classes or 'meglitinide' in medicine_classes or 'glucose-lowering-unknown' in medicine_classes) and (nyha.where($this >= 3).exists() or 'long-term-care' in conditions or adl_losses.where($this >= 2).exists() or iadl_losses.where($this >= 2).exists() or coexisting_count.where($this >= 3).exists() or 'cognitive-impairment' in conditions_or_concerns or 'dementia' in conditions_or_concerns or 'falls' in conditions_or_concerns or a1c.where($this < 6.5).exists())"]])
* insert DueIn(30, day, now)
* insert Sourced(action[=]., S, [["ADA Standards of Care, Older Adults, as cited on secondary pages (scientiaricerca.com, SRENDC-01-00013): individual goals, simpler treatment and no hypoglycemia. The classes are those of the A1c goal; falls, an A1c below 6.5 and 30 days: our default (D)."]])
* insert Do(treatment-review, plan, Task, supervising-provider, routine, [["Review the treatment"]], [["Diabetes, 40 to 75 years, and no statin on the list that could be read: is there a reason (not tolerated, not wanted, liver)?"]])
* insert When([["age.where($this >= 40 and $this <= 75).exists() and medicine_count.exists() and ('statin' in medicine_classes).not()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., V, [["CMS347 in FHIR (CMS, in cqframework/dqm-content-qicore-2025, CQL): statin therapy at 40 to 75 years with diabetes; hospice, palliative care, liver disease and intolerance are exceptions. Compared: the ages and the exceptions. A question, and 30 days: our default (D)."]])
* insert Do(treatment-review, plan, Task, supervising-provider, routine, [["Review the treatment"]], [["Diabetes on insulin: would a sensor with an alarm (CGM) help, and does the person want one?"]])
* insert Serves(no-severe-lows)
* insert When([["'insulin' in medicine_classes"]])
* insert DueIn(30, day, now)
* insert Sourced(action[=]., K, [["Continuous monitoring is offered to people on insulin: general knowledge (ADA Standards of Care, diabetes technology); source to be read. A question, and 30 days: our default (D)."]])
* insert Do(diabetes-distress, now, Task, care-manager, routine, [["Ask: is diabetes wearing them out?"]], [["Ask in the person's own words what is hardest about diabetes day by day, and what they would give up first. It is no screen for depression, which is asked besides. What is too much goes to the prescriber: it can be made less."]])
* insert DueIn(60, day, now)
* insert Sourced(action[=]., K, [["Diabetes distress is asked about beside depression: general knowledge (ADA Standards of Care); source to be read. Without a scored form, and within 60 days: our default (D)."]])
* insert NoTobacco
* insert TobaccoHelp
* insert Do(action-plan-diabetes, now, Task, care-manager, routine, [["Symptom action plan: diabetes"]], [["Go through one page together: which glucose values and symptoms are normal for this person, which need a call the same day, which mean 911, and the numbers to call by day and by night. Leave a copy in the person's language."]])
* insert Serves(no-severe-lows)
* insert Serves(no-a1c-target)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["A symptom action plan in every plan of care; within a week: our default."]])
* insert EveryPathway

// ---- heart failure

Instance: pathway-heart-failure
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-heart-failure, PathwayHeartFailure, "Heart failure")
* description = "Goals and interventions for heart failure. No milligrams of sodium, and no fluid limit unless one is ordered."
* insert ComparisonsPathwayHeartFailure
* purpose = "Fewer bad days and fewer hospital stays: changes are noticed early, and treatment is the best this person can have."
* insert For(heart-failure)
* insert NotForTheseFive
* insert NotFor(dialysis)
* insert AppliesIf(, [["'heart-failure' in conditions"]])
* insert Sourced(, D, [["Our choice, after the AHA/ACC/HFSA guideline for the management of heart failure and published zone sheets."]])
* insert Aim(dry-weight, dry-weight, high-priority, [["Weight stays at the dry weight, as the prescriber has recorded it."]])
* goal[=].target.measure = LNC#29463-7
* insert WithinDays(14)
* insert Sourced(goal[=]., D, [["A dry weight recorded by the prescriber, within two weeks: our default."]])
* insert Aim(daily-weights, daily-weights, high-priority, [["Weighs every morning and writes it down: at least 6 of 7 days, by day 30."]])
* insert WithinDays(30)
* insert NotBesideComfort(goal[=].)
* insert Sourced(goal[=]., D, [["At least 6 of 7 days by day 30: our default."]])
* insert Aim(no-heart-failure-stay, no-heart-failure-stay, high-priority, [["No unplanned hospital stay for heart failure: none in 30 days, none in 90."]])
* insert WithinDays(90)
* insert Sourced(goal[=]., D, [["Counted at 30 and at 90 days: our default."]])
* insert Aim(less-salt, less-salt, medium-priority, [["Avoids excess sodium. No number of milligrams is set."]])
* insert NotBesideComfort(goal[=].)
* insert Sourced(goal[=]., D, [["Avoid excess sodium, without a figure: our default, after the AHA/ACC/HFSA guideline of 2022 (K)."]])
* insert Do(scale, order, DeviceRequest, supervising-provider, urgent, [["A scale at home"]], [["A scale that the person can read and stand on safely, delivered and tried, unless there is one."]])
* insert Serves(daily-weights)
* insert NotBesideComfort(action[=].)
* insert DueIn(3, day, now)
* insert Sourced(action[=]., D, [["Within three days: our default."]])
* insert Do(zone-teach-back, now, Task, care-manager, urgent, [["Teach-back: zones of heart failure"]], [["Teach the green, yellow and red zone: weight, breath, swelling, pillows; what each means and whom to call. Ask the person to say it back in their own words; teach again until it is clear."]])
* insert Serves(daily-weights)
* insert Serves(no-heart-failure-stay)
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["Within two business days: our default."]])
* insert Do(action-plan-heart-failure, now, Task, care-manager, routine, [["Symptom action plan: heart failure"]], [["Go through one page together: what is normal for this person, what needs a call the same day, what means 911, and the numbers to call by day and by night. Leave a copy in the person's language."]])
* insert Serves(no-heart-failure-stay)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["A symptom action plan in every plan of care; within a week: our default."]])
* insert Do(dry-weight, order, ServiceRequest, supervising-provider, urgent, [["Dry weight"]], [["The prescriber records the dry weight; which change in a day and in a week should be reported for this person; and what the person may do with the water pill then, if anything. No dose is changed on our advice before that is written down."]])
* insert Serves(dry-weight)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Within a week: our default."]])
* insert Do(take-every-day, now, Task, care-manager, routine, [["Heart medicines every day"]], [["Teach that heart medicines and water pills are taken every day and never skipped without a call first, and ask what gets in the way."]])
* insert Serves(no-heart-failure-stay)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Within a week: our default."]])
* insert SaltTeaching
* insert Serves(less-salt)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["Within two weeks: our default."]])
* insert Do(follow-up-visit, now, Appointment, care-manager, urgent, [["Visit within 7 days of discharge"]], [["Book a visit at most 7 days after discharge, and make sure the person knows when, where and how they get there."]])
* insert When([["days_since_discharge.where($this <= 7).exists() and booked_visit_days.where($this <= 7).exists().not()"]])
* insert DueIn(7, day, discharge)
* insert Sourced(action[=]., V, [["AHA/ACC/HFSA 2022 guideline, 9.6 (pocket guide): an early follow-up, generally within 7 days of discharge, is reasonable (2a). Always, also where no one wrote worsening: our default (D)."]])
* insert Do(therapy-review, plan, Task, supervising-provider, routine, [["Review the treatment of heart failure"]], [["Review the treatment as a whole: which medicines with a proven benefit are missing or below their usual dose, and why; what makes the heart failure worse; and whether a limit on fluids is wanted."]])
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["By day 30: our default."]])
* insert Do(therapy-review, plan, Task, supervising-provider, routine, [["Review the treatment of heart failure"]], [["Reduced ejection fraction, and no ACE inhibitor, ARB or ARNI on the list that could be read: is there a reason?"]])
* insert When([["('heart-failure-reduced' in conditions_or_concerns or ejection_fraction.where($this <= 40).exists()) and medicine_count.exists() and ('ace-inhibitor' in medicine_classes or 'arb' in medicine_classes or 'arni' in medicine_classes).not()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., V, [["AHA/ACC/HFSA 2022 guideline, as summarized on secondary pages: four classes of medicine in heart failure with reduced ejection fraction (ACE inhibitor, ARB or ARNI; beta blocker; MRA; SGLT2 inhibitor). CMS135 in FHIR (American Heart Association, in cqframework/dqm-content-qicore-2025, CQL): the same classes at an ejection fraction of 40 percent or less. Compared: classes and limit. A question to the prescriber and no claim that it is missing: our default (D)."]])
* insert Do(therapy-review, plan, Task, supervising-provider, routine, [["Review the treatment of heart failure"]], [["Reduced ejection fraction, and no beta blocker on the list that could be read: is there a reason?"]])
* insert When([["('heart-failure-reduced' in conditions_or_concerns or ejection_fraction.where($this <= 40).exists()) and medicine_count.exists() and ('beta-blocker' in medicine_classes).not()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., V, [["AHA/ACC/HFSA 2022 guideline, as summarized on secondary pages: four classes of medicine in heart failure with reduced ejection fraction (ACE inhibitor, ARB or ARNI; beta blocker; MRA; SGLT2 inhibitor). CMS144 in FHIR (American Heart Association, in cqframework/dqm-content-qicore-2025, CQL): a beta blocker at 40 percent or less, except with asthma, low pressure or a pulse below 50 twice. Compared: the limit; the exceptions are the reason that is asked for. A question to the prescriber and no claim that it is missing: our default (D)."]])
* insert Do(therapy-review, plan, Task, supervising-provider, routine, [["Review the treatment of heart failure"]], [["Reduced ejection fraction, and no mineralocorticoid antagonist (MRA) on the list that could be read: is there a reason?"]])
* insert When([["('heart-failure-reduced' in conditions_or_concerns or ejection_fraction.where($this <= 40).exists()) and medicine_count.exists() and ('mra' in medicine_classes).not()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., S, [["AHA/ACC/HFSA 2022 guideline, as summarized on secondary pages: four classes of medicine in heart failure with reduced ejection fraction (ACE inhibitor, ARB or ARNI; beta blocker; MRA; SGLT2 inhibitor).  A question to the prescriber and no claim that it is missing: our default (D)."]])
* insert Do(therapy-review, plan, Task, supervising-provider, routine, [["Review the treatment of heart failure"]], [["Reduced ejection fraction, and no SGLT2 inhibitor on the list that could be read: is there a reason?"]])
* insert When([["('heart-failure-reduced' in conditions_or_concerns or ejection_fraction.where($this <= 40).exists()) and medicine_count.exists() and ('sglt2-inhibitor' in medicine_classes).not()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., S, [["AHA/ACC/HFSA 2022 guideline, as summarized on secondary pages: four classes of medicine in heart failure with reduced ejection fraction (ACE inhibitor, ARB or ARNI; beta blocker; MRA; SGLT2 inhibitor).  A question to the prescriber and no claim that it is missing: our default (D)."]])
* insert Do(therapy-review, plan, Task, supervising-provider, routine, [["Review the treatment of heart failure"]], [["The newest ejection fraction on record is 35 percent or lower: has a device (defibrillator, resynchronization) been talked about, and what does the person want?"]])
* insert When([["ejection_fraction.where($this <= 35).exists()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., K, [["An ejection fraction of 35 percent or lower on treatment: general knowledge (AHA/ACC/HFSA 2022, devices); source to be read. A question, and 30 days: our default (D)."]])
* insert Do(potassium-test, order, ServiceRequest, supervising-provider, urgent, [["Potassium and kidney test after a new medicine"]], [["An ACE inhibitor, ARB, ARNI or MRA was first recorded in the last 30 days, and no potassium with creatinine or eGFR is on record since. Test them one to two weeks after the start, and again as the prescriber says."]])
* insert Serves(no-heart-failure-stay)
* insert When([["raas_started_days.where($this <= 30).exists() and (potassium_age_days.empty() or potassium_age_days >= raas_started_days or egfr_age_days.empty() or egfr_age_days >= raas_started_days)"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., V, [["Postgraduate Medical Journal, table 4 (guidance on MRAs in heart failure, after McMurray and the BNF): blood chemistry at 1, 4, 8 and 12 weeks, then every 3 and every 6 months. AHA/ACC/HFSA 2022, as cited on a secondary page: about 1 week, 4 weeks, then every 6 months (S). The same for ACE inhibitor, ARB and ARNI: general knowledge (K). 30 days back, and a week: our default (D)."]])
* insert Do(potassium-test, order, ServiceRequest, supervising-provider, routine, [["Potassium and kidney test"]], [["With an ACE inhibitor, ARB, ARNI, MRA or water pill, and no potassium with eGFR of the last six months on record: test them."]])
* insert Serves(no-heart-failure-stay)
* insert When([["raas_started_days.where($this <= 30).exists().not() and ('ace-inhibitor' in medicine_classes or 'arb' in medicine_classes or 'arni' in medicine_classes or 'mra' in medicine_classes or 'diuretic' in medicine_classes) and (potassium_age_days.where($this <= 180).exists() and egfr_age_days.where($this <= 180).exists()).not()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., V, [["Postgraduate Medical Journal, table 4 (guidance on MRAs in heart failure): every 6 months once stable. The same for the other medicines: general knowledge (K). Within 30 days: our default (D)."]])
* insert WhoDecides
* insert Serves(no-heart-failure-stay)
* insert DueIn(60, day, now)
* insert Sourced(action[=]., K, [["Advance-care planning in heart failure: general knowledge (AHA/ACC/HFSA 2022, goals of care); source to be read. Within 60 days, and not where it was concluded of late: our default (D)."]])
* insert NoTobacco
* insert TobaccoHelp
* insert Do(cardiac-rehab-referral, order, ServiceRequest, supervising-provider, routine, [["Referral: cardiac rehabilitation"]], [["Referral to cardiac rehabilitation, if the prescriber finds it safe now and the person can get there."]])
* insert Serves(no-heart-failure-stay)
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["Within 30 days: our default."]])
* insert Do(screen-isolation, now, Task, care-manager, routine, [["Screen: isolation"]], [["Ask who visits, who could help at night, and how often the person sees someone."]])
* insert Serves(no-heart-failure-stay)
* insert When([["('isolation' in needs).not()"]])
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["Within 30 days: our default."]])
* insert Do(screen-frailty, now, Task, care-manager, routine, [["Screen: frailty"]], [["Ask about weakness, walking, falls, weight lost without trying, and what has become hard to do."]])
* insert Serves(no-heart-failure-stay)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["Within 30 days: our default."]])
* insert Do(screen-literacy, now, Task, care-manager, routine, [["Screen: health literacy"]], [["Ask how often someone helps with written instructions, and in which language the person wants them."]])
* insert Serves(no-heart-failure-stay)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["Within 30 days: our default."]])
* insert EveryPathway

// What both pathways ask for: merged, it is in a plan once and addresses both.
RuleSet: EveryPathway
* insert Aim(phq-9, phq-9, high-priority, [["Mood better: PHQ-9 at least 5 lower by week 6, half of what it was and then below 5 within 4 to 8 months."]])
* goal[=].addresses = GROUP#depression
* insert Below(44261-6, 5, {score})
* insert WithinDays(240)
* insert AppliesIf(goal[=]., [["'depression-screen-positive' in findings"]])
* insert Sourced(goal[=]., V, [["HEDIS Depression Remission or Response (DRR-E, measurement year 2023, as a health plan prints it): within 4 to 8 months remission is a PHQ-9 below 5, response at least 50 percent lower. A fall of 5 by week 6: general knowledge (K)."]])
* insert MedicinesOneList
* insert Do(vaccination, plan, Task, care-manager, routine, [["Vaccines"]], [["Check what has been given and what is due: influenza, pneumococcus, COVID-19, RSV by age. Offer it, or say where to get it."]])
* insert DueIn(60, day, now)
* insert Sourced(action[=]., V, [["CDC, Adults With Chronic Conditions: Get Vaccinated: a yearly influenza vaccine and pneumococcal vaccines with heart disease; the same for diabetes from general knowledge (K). Within 60 days: our default (D)."]])
* insert MoodAsked

// What several pathways ask for in the same words: merged, it is in a plan once.
RuleSet: PressureGoal(priority)
* insert Aim(blood-pressure, blood-pressure, {priority}, [["Blood pressure below 130/80, if tolerated."]])
* insert Below(8480-6, 130, mm[Hg])
* insert WithinDays(180)
* insert NotBesideComfort(goal[=].)

RuleSet: SickDayPlan
* insert Do(sick-day-plan, order, ServiceRequest, supervising-provider, routine, [["Sick-day plan, signed by the prescriber"]], [["The prescriber writes down for this person which medicines to hold on a sick day and when to start them again, what to eat and drink, what to measure, and when to call. Hold nothing on our advice before this plan is signed."]])

RuleSet: KidneyTest
* insert Do(kidney-test, order, ServiceRequest, supervising-provider, routine, [["Kidney tests: eGFR and urine albumin"]], [["Creatinine with eGFR, and the albumin-to-creatinine ratio in urine, unless both were done within 12 months."]])
* insert When([["(egfr_age_days.where($this <= 335).exists() and urine_albumin_age_days.where($this <= 335).exists()).not()"]])
* insert NotBesideComfort(action[=].)

RuleSet: SaltTeaching
* insert Do(low-salt-teaching, now, Task, care-manager, routine, [["Salt: where it hides"]], [["Teach how to read labels, and which foods have the most salt. Ask about salt substitutes: most are potassium. No milligrams and no fluid limit unless one is ordered."]])
* insert NotBesideComfort(action[=].)

// Of every pathway in which tobacco harms, in the same words.
RuleSet: NoTobacco
* insert Aim(no-tobacco, no-tobacco, medium-priority, [["No tobacco, from a day the person sets."]])
* goal[=].addresses = GROUP#tobacco-use
* insert WithinDays(90)
* insert NotBesideComfort(goal[=].)
* insert AppliesIf(goal[=]., [["'tobacco-use' in conditions_or_concerns"]])
* insert Sourced(goal[=]., D, [["Within 90 days: our default. The person sets the day."]])

RuleSet: TobaccoHelp
* insert Do(tobacco-help, now, Task, care-manager, routine, [["Help to stop tobacco"]], [["Ask about tobacco without blame, and what the person wants. Offer the quitline (1-800-QUIT-NOW) and a day to stop; medicine for it is the prescriber's. No smoking beside oxygen: fire."]])
* insert Serves(no-tobacco)
* insert Answers(tobacco-use)
* insert When([["'tobacco-use' in conditions_or_concerns"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["Within two weeks: our default."]])

RuleSet: WhoDecides
* insert Do(who-decides, now, Task, care-manager, routine, [["Who decides, and what matters"]], [["Ask whom the person wants to decide if they cannot, whether that is written down and where it lies, and what they would never want. Offer the form; nobody has to fill it in. Orders about resuscitation are between the person and the provider."]])

RuleSet: MedicinesOneList
* insert Do(medication-management, now, Task, care-manager, routine, [["Medicines: one list"]], [["Keep one list with the person: what each medicine is for, how it is taken, what was changed, refills and cost. Anything that disagrees with the record goes to the prescriber."]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["Medication management in every plan of care; within two weeks: our default."]])

RuleSet: MoodAsked
* insert Do(screen-depression, now, Task, care-manager, routine, [["Screen: mood"]], [["Ask the PHQ-9 of the person alone. Act on every answer above 0 to the ninth item before the contact ends."]])
* insert Answers(depression)
* insert When([["('depression-screen-positive' in findings or phq_9.exists()).not()"]])
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["Within 30 days, where no PHQ-9 is on record: our default."]])
* insert Do(depression-follow-up, now, Task, care-manager, urgent, [["Follow up the positive mood screen"]], [["Contact about mood, safety, sleep and medicine for mood; make sure a provider has seen the score and decides."]])
* insert Answers(depression)
* insert Serves(phq-9)
* insert When([["'depression-screen-positive' in findings"]])
* insert DueIn(30, day, now)
* insert Sourced(action[=]., V, [["NCQA, HEDIS Depression Screening and Follow-Up (ncqa.org): follow-up care within 30 days of a positive depression screen."]])
* insert Do(depression-follow-up, now, Task, care-manager, urgent, [["Follow up the positive mood screen"]], [["Contact about mood, safety, sleep and medicine for mood; make sure a provider has seen the score and decides."]])
* insert Answers(depression)
* insert Serves(phq-9)
* insert When([["phq_9 >= 15"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["A mood follow-up within 7 days for a PHQ-9 of 15 or more, moderately severe (Kroenke 2001, V): our default (clinical practice, rule 30)."]])

RuleSet: GoalDueIn(count, unit, anchor)
* goal[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/due"
* goal[=].extension[=].extension[+].url = "count"
* goal[=].extension[=].extension[=].valueInteger = {count}
* goal[=].extension[=].extension[+].url = "unit"
* goal[=].extension[=].extension[=].valueCode = #{unit}
* goal[=].extension[=].extension[+].url = "anchor"
* goal[=].extension[=].extension[=].valueCode = #{anchor}

// ---- social needs

Instance: pathway-social-needs
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-social-needs, PathwaySocialNeeds, "Social needs")
* description = "A goal and a community referral for each need: food, transport, housing, utilities. Only with the person's consent, which is asked for when the plan is discussed."
* purpose = "The need is met, by a service the person wants and can use."
* insert AppliesIf(, [["'food-need' in needs or 'transport-need' in needs or 'housing-need' in needs or 'homeless-tonight' in needs or 'utility-need' in needs"]])
* insert Sourced(, D, [["One goal and one referral for each need: our default, after the Gravity project's way of working (screen, need, goal, referral)."]])
* insert Aim(enough-food, enough-food, high-priority, [["Enough suitable food, every day of the month."]])
* goal[=].addresses = GROUP#food-need
* insert WithinDays(30)
* insert AppliesIf(goal[=]., [["'food-need' in needs"]])
* insert Sourced(goal[=]., D, [["Within 30 days: our default."]])
* insert Aim(transport, transport, medium-priority, [["Can get to visits, the pharmacy and the store."]])
* goal[=].addresses = GROUP#transport-need
* insert WithinDays(30)
* insert AppliesIf(goal[=]., [["'transport-need' in needs"]])
* insert Sourced(goal[=]., D, [["Within 30 days: our default."]])
* insert Aim(stable-housing, stable-housing, high-priority, [["A home that is safe and will last."]])
* goal[=].addresses[0] = GROUP#housing-need
* goal[=].addresses[1] = GROUP#homeless-tonight
* insert WithinDays(180)
* insert AppliesIf(goal[=]., [["'housing-need' in needs or 'homeless-tonight' in needs"]])
* insert Sourced(goal[=]., D, [["Within six months: our default."]])
* insert Aim(utilities, utilities, high-priority, [["Heat, light and water stay on."]])
* goal[=].addresses = GROUP#utility-need
* insert WithinDays(30)
* insert AppliesIf(goal[=]., [["'utility-need' in needs"]])
* insert Sourced(goal[=]., D, [["Within 30 days: our default."]])
* insert Do(utility-referral, now, ServiceRequest, care-manager, routine, [["Heat, light and water: referral, with consent"]], [["With the person's consent, refer to an assistance program for energy or water bills (LIHEAP, the utility's own), ask the utility for its protection from shut-off for people who are ill, and find out what came of it. Name what at home needs electricity: oxygen, insulin, a breathing machine."]])
* insert Serves(utilities)
* insert Answers(utility-need)
* insert When([["'utility-need' in needs"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Within a week: our default."]])
* insert Do(food-referral, now, ServiceRequest, care-manager, routine, [["Food: referral, with consent"]], [["With the person's consent, refer to a food program that fits the person's diet and kitchen (SNAP, meals at home, medically tailored meals, a pantry), and find out whether the food has come."]])
* insert Serves(enough-food)
* insert Answers(food-need)
* insert When([["'food-need' in needs"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Within a week: our default."]])
* insert Do(transport-referral, now, ServiceRequest, care-manager, routine, [["Transport: referral, with consent"]], [["With the person's consent, arrange transportation to visits (the health plan's benefit, paratransit, volunteers), and find out whether it came."]])
* insert Serves(transport)
* insert Answers(transport-need)
* insert When([["'transport-need' in needs"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Within a week: our default."]])
* insert Do(transport-referral, now, ServiceRequest, care-manager, urgent, [["Transport: referral, with consent"]], [["A ride to the visit after the discharge comes first: book it with the visit."]])
* insert Serves(transport)
* insert Answers(transport-need)
* insert When([["'transport-need' in needs and days_since_discharge.where($this <= 14).exists()"]])
* insert DueIn(1, business-day, now)
* insert Sourced(action[=]., D, [["Within one business day in the two weeks after a discharge, for nobody gets to the visit without a ride: our default."]])
* insert Do(housing-referral, now, ServiceRequest, care-manager, routine, [["Housing: referral, with consent"]], [["With the person's consent, refer to a housing agency, and find out what came of it."]])
* insert Serves(stable-housing)
* insert Answers(housing-need)
* insert Answers(homeless-tonight)
* insert When([["'housing-need' in needs or 'homeless-tonight' in needs"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["Within two weeks: our default."]])
* insert Do(shelter-tonight, now, Task, care-manager, stat, [["A place to sleep tonight"]], [["Find a place to sleep tonight, with the social worker; tell the provider. This cannot wait for the plan."]])
* insert Serves(stable-housing)
* insert Answers(homeless-tonight)
* insert When([["'homeless-tonight' in needs"]])
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["Homeless tonight goes to the social worker or care manager now, provider informed: our default."]])

// ---- conflicting advice

Instance: contradictions
InstanceOf: PlanDefinition
Usage: #definition
* insert Artefact(PlanDefinition, contradictions, Contradictions, "Conflicting advice")
* type = http://terminology.hl7.org/CodeSystem/plan-definition-type#eca-rule
* effectivePeriod.start = "2026-01-01"
* description = "Pieces of advice that conflict for one person. carefhir names the conflict and never settles it: a person decides."
* insert ComparisonsContradictions
* insert Against(drink-more-fluid-limit, supervising-provider, urgent, [["Drink more, or keep the fluid limit?"]], [["Advice for sick days or constipation says to drink more; a fluid limit is ordered. The prescriber decides which one holds, and when."]])
* insert When([["('sick-day-plan' in items or 'constipation-advice' in items) and 'fluid-limit' in orders"]])
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["Named because one plan can contain both; two business days: our default."]])
* insert Against(hold-never-skip, supervising-provider, routine, [["Hold on sick days, or never skip?"]], [["A sick-day plan may say to hold medicines (SGLT2 inhibitor, metformin, water pill, ACE inhibitor or ARB) that the heart failure teaching says never to skip. Only a plan signed by the prescriber can say which to hold, and when. Until then, the person should know to call first."]])
* insert When([["'sick-day-plan' in items and 'take-every-day' in items and ('sglt2-inhibitor' in medicine_classes or 'metformin' in medicine_classes or 'diuretic' in medicine_classes or 'ace-inhibitor' in medicine_classes or 'arb' in medicine_classes or 'arni' in medicine_classes)"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., D, [["A prescriber-signed plan only; five business days: our default."]])
* insert Against(salt-substitute-potassium, supervising-provider, routine, [["Less salt, and potassium"]], [["The plan asks for less salt, which leads many to salt substitutes; most are potassium. With these medicines or this kidney disease, is any salt substitute safe? Ask whether one is used."]])
* insert When([["('less-salt' in goals or 'low-salt-teaching' in items or 'salt-substitute' in medicines) and (('ace-inhibitor' in medicine_classes or 'arb' in medicine_classes or 'arni' in medicine_classes or 'mra' in medicine_classes) or 'kidney-disease' in conditions_or_concerns or 'dialysis' in conditions_or_concerns)"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., V, [["Cleveland Clinic Journal of Medicine, table on reducing the risk of hyperkalemia with RAAS blockers: avoid salt substitutes containing potassium. Five business days: our default (D)."]])
* insert Against(heart-failure-medicine, supervising-provider, urgent, [["A medicine that can worsen heart failure"]], [["Heart failure, and a medicine that can make it worse: a pain reliever of the NSAID kind, a glitazone, saxagliptin or alogliptin, or, with a reduced ejection fraction, diltiazem or verapamil. Should it continue?"]])
* insert When([["'heart-failure' in conditions_or_concerns and (('nsaid' in medicine_classes or 'glitazone' in medicine_classes or 'dpp4-heart-failure' in medicine_classes) or ('heart-rate-ccb' in medicine_classes and ('heart-failure-reduced' in conditions_or_concerns or ejection_fraction.where($this <= 40).exists())))"]])
* insert DueIn(1, business-day, now)
* insert Sourced(action[=]., S, [["AHA/ACC/HFSA 2022 guideline for the management of heart failure, as cited on secondary pages: NSAIDs, glitazones, saxagliptin and alogliptin, and in reduced ejection fraction (at most 40 percent) diltiazem and verapamil. One business day: our default (D)."]])
* insert Against(tight-a1c, supervising-provider, urgent, [["A1c below 7, and lows that would harm"]], [["An A1c target below 7, together with complex health, insulin or a sulfonylurea, or falls. Is the target still right for this person?"]])
* insert When([["'a1c' in goals and (a1c_targets.where($this <= 7).exists() or (a1c_targets.empty() and age.where($this < 65).exists())) and (nyha.where($this >= 3).exists() or 'dialysis' in conditions or 'long-term-care' in conditions or adl_losses.where($this >= 2).exists() or coexisting_count.where($this >= 3).exists() or iadl_losses.where($this >= 2).exists() or 'cognitive-impairment' in conditions_or_concerns or 'dementia' in conditions_or_concerns or ('insulin' in medicine_classes or 'sulfonylurea' in medicine_classes or 'glucose-lowering-unknown' in medicine_classes) or 'falls' in conditions_or_concerns)"]])
* insert DueIn(3, business-day, now)
* insert Sourced(action[=]., V, [["ADA Standards of Care, Older Adults: less stringent goals in complex health (PMC6794221 table 4). Where no target is on record, the one of our pathway is taken: below 7 under 65. Three business days: our default (D)."]])
* insert Against(food-insecurity-lows, care-manager, urgent, [["Too little food, and a medicine that lowers glucose"]], [["Food may run out, and insulin or a sulfonylurea lowers glucose whether or not the person eats. Call today: is there food, were there lows, what happens to the dose when meals are missed? Tell the prescriber, who decides about the medicine."]])
* insert When([["'food-need' in needs and ('insulin' in medicine_classes or 'sulfonylurea' in medicine_classes or 'glucose-lowering-unknown' in medicine_classes)"]])
* insert Tell(supervising-provider)
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["A nurse calls the same day, and the prescriber is told: our default."]])
* insert Against(low-salt-food-pantry, care-manager, routine, [["Less salt, and food the person cannot choose"]], [["The plan asks for less salt, and food comes from a pantry or may run out: pantry food is often canned and salty. What can this person really get and cook?"]])
* insert When([["('less-salt' in goals or 'low-salt-teaching' in items) and ('food-need' in needs or 'food-referral' in items)"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["Two weeks: our default."]])
* insert Against(exercise-unsafe, supervising-provider, urgent, [["Exercise, and is it safe now?"]], [["An exercise goal, together with heart failure that has just gotten worse or a foot ulcer. What is safe now, and from when?"]])
* insert When([["('exercise' in goals or 'exercise' in items) and ('foot-ulcer' in conditions_or_concerns or 'heart-failure-acute' in conditions_or_concerns or nyha.where($this >= 4).exists())"]])
* insert DueIn(1, business-day, now)
* insert Sourced(action[=]., D, [["NYHA IV counted as decompensated; one business day: our default."]])
* insert Against(weight-loss-dry-weight, supervising-provider, routine, [["Lose weight, or keep it?"]], [["One goal wants weight to fall, another wants it to stay at the dry weight: one scale cannot tell which is meant. Which goal holds now, and what does a falling weight mean?"]])
* insert When([["'dry-weight' in goals and ('weight-loss' in goals or other_goal_measures.where($this = '29463-7').exists())"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., D, [["Both goals are read from the same LOINC code, 29463-7; five business days: our default."]])
* insert ConflictActions
* insert ComfortConflictActions
* insert OpioidConflictActions
