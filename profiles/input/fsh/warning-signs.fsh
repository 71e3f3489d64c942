// Warning signs in plain words, for the person's own copy of their plan.

RuleSet: WarningSign(code, words, definition, for, do)
* #{code} {words} {definition}
* #{code} ^property[0].code = #for
* #{code} ^property[0].valueCode = #{for}
* #{code} ^property[1].code = #do
* #{code} ^property[1].valueCode = #{do}

CodeSystem: WarningSign
Id: warning-sign
Title: "Warning signs in plain words"
Description: "What somebody with a condition calls 911 for, and what they call their care team for on the same day: the emergencies, reds and yellows of the check-in rules, in words for the person."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/warning-sign"
* insert Sourced(^, D, [["The check-in rules (PlanDefinition check-in-rules-heart-failure, check-in-rules-diabetes-type-2), which follow published heart-failure zone sheets and ADA; the words are our own, and where a rule has two readings the sheet asks for the earlier call. A site that changes the rules changes these words, too."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/warning-sign"
* ^property[0].code = #for
* ^property[0].type = #code
* ^property[0].description = "Whom it is for: a code of CodeSystem condition-group, or everyone"
* ^property[1].code = #do
* ^property[1].type = #code
* ^property[1].description = "call-911, or call-us on the same day"
* ^property[2].code = #medicine
* ^property[2].type = #code
* ^property[2].description = "Only for somebody who takes a medicine of this class (CodeSystem ingredient)"
* insert WarningSign(chest-pain, [["You have chest pain or pressure."]], "An emergency for the person who has it.", everyone, call-911)
* insert WarningSign(breathless-at-rest, [["You are short of breath when you sit still."]], "An emergency for the person who has it.", everyone, call-911)
* insert WarningSign(fainted, [["You faint."]], "An emergency for the person who has it.", everyone, call-911)
* insert WarningSign(new-confusion, [["You are suddenly confused, or others say that you are."]], "An emergency for the person who has it.", everyone, call-911)
* insert WarningSign(not-safe, [["You think about hurting yourself, or you do not feel safe with yourself. You can also call or text 988 at any time."]], "An emergency for the person who has it.", everyone, call-911)
* insert WarningSign(pink-froth, [["You cough up pink foam."]], "An emergency for the person who has it.", heart-failure, call-911)
* insert WarningSign(new-heartbeat, [["Your heart suddenly beats fast or skips beats, and you feel ill."]], "An emergency for the person who has it.", heart-failure, call-911)
* insert WarningSign(low-cannot-swallow, [["Your sugar is low and you are confused or cannot swallow. Others must call for you."]], "An emergency for the person who has it.", diabetes-type-2, call-911)
* insert WarningSign(meter-high, [["Your meter shows HI."]], "An emergency for the person who has it.", diabetes-type-2, call-911)
* insert WarningSign(high-and-ill, [["Your sugar is over 300, and you throw up or breathe fast."]], "An emergency for the person who has it.", diabetes-type-2, call-911)
* insert WarningSign(sglt2-ill, [["You throw up, have belly pain, or breathe deep and fast. One of your pills can make this dangerous at any sugar."]], "An emergency for the person who has it.", diabetes-type-2, call-911)
* #sglt2-ill ^property[2].code = #medicine
* #sglt2-ill ^property[2].valueCode = #sglt2-inhibitor
* insert WarningSign(worse, [["You feel worse, or something worries you."]], "Reason to call the care team the same day.", everyone, call-us)
* insert WarningSign(no-medicine, [["You missed a medicine, or you cannot pay for it."]], "Reason to call the care team the same day.", everyone, call-us)
* insert WarningSign(weight-up, [["You gain 3 pounds or more in 1 day, or 5 pounds or more in 7 days."]], "Reason to call the care team the same day.", heart-failure, call-us)
* insert WarningSign(weight-down, [["You lose 5 pounds or more in 7 days."]], "Reason to call the care team the same day.", heart-failure, call-us)
* insert WarningSign(swelling, [["Your feet, legs or belly swell more."]], "Reason to call the care team the same day.", heart-failure, call-us)
* insert WarningSign(breath-worse, [["You get out of breath more when you walk or lie down, you need more pillows, or you wake up short of breath."]], "Reason to call the care team the same day.", heart-failure, call-us)
* insert WarningSign(dizzy, [["You feel dizzy."]], "Reason to call the care team the same day.", heart-failure, call-us)
* insert WarningSign(lows, [["Your sugar is under 70, or someone had to help you with low sugar."]], "Reason to call the care team the same day.", diabetes-type-2, call-us)
* insert WarningSign(highs, [["Your sugar is 300 or more, or over 250 two times in 24 hours."]], "Reason to call the care team the same day.", diabetes-type-2, call-us)
* insert WarningSign(vomiting, [["You throw up or have loose stools for more than 6 hours."]], "Reason to call the care team the same day.", diabetes-type-2, call-us)
* insert WarningSign(not-eating, [["You cannot eat, or you cannot take your medicine."]], "Reason to call the care team the same day.", diabetes-type-2, call-us)
* insert WarningSign(foot, [["You have a sore, or a red or hot place, on your foot."]], "Reason to call the care team the same day.", diabetes-type-2, call-us)
* insert WarningSign(low-mood, [["You feel very low, sleep very little, or you stopped your medicine for mood."]], "Reason to call the care team the same day.", depression, call-us)

ValueSet: WarningSignCodes
Id: warning-sign
Title: "Warning signs in plain words: all codes"
Description: "Every code of warning signs in plain words."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/warning-sign"
* include codes from system WarningSign
