// What is said of a form that is not in order (carefhir check-instrument), and which features of a Questionnaire are used.

RuleSet: Check(code, level, title, remedy)
* #{code} {title} {remedy}
* #{code} ^property[0].code = #level
* #{code} ^property[0].valueCode = #{level}

CodeSystem: FormFinding
Id: form-finding
Title: "What can be wrong with a form"
Description: "What is wrong (display), what to do about it (definition), and how much it matters: a fault gives wrong results or none and must be mended; a doubt is for a person to look at; a note is good to know. Levels: our default."
* insert Definitional
* insert Sourced(^, D, [["Faults that public forms and scorers were seen with (SOURCES.md, docs/check-instrument.md); the levels are our default."]])
* ^url = "https://carefhir.org/fhir/CodeSystem/form-finding"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/form-finding"
* ^property[0].code = #level
* ^property[0].type = #code
* ^property[0].description = "fault, doubt or note"
* insert Check(not-a-questionnaire, fault, [["not a Questionnaire of FHIR R4"]], [["Give a Questionnaire as JSON; each of its items needs a linkId and a type."]])
* insert Check(link-id, fault, [["a linkId is missing or stands twice"]], [["Give every item a linkId of its own: an answer under a linkId that stands twice cannot be told apart."]])
* insert Check(loinc-digit, fault, [["not a LOINC code: its check digit is wrong"]], [["Look the code up at loinc.org and correct it."]])
* insert Check(header-diagnosis, fault, [["the code of the form is a diagnosis"]], [["Put the LOINC code of the panel in the form's code. A diagnosis belongs in useContext."]])
* insert Check(panel-of-another, fault, [["the code of the form belongs to another instrument"]], [["Put the panel code of the instrument whose questions are asked."]])
* insert Check(panel-missing, doubt, [["the form has no panel code"]], [["Add the LOINC code of the panel: without it the form is known only by its questions."]])
* insert Check(item-missing, fault, [["a question that the result needs is missing"]], [["Add the question, or do not call the form by this instrument's name: there is no result without it."]])
* insert Check(item-code-missing, fault, [["a question has no code"]], [["Add the LOINC code: a question without one is known only by its linkId, and its answer may not be read."]])
* insert Check(item-code-wrong, fault, [["the code of a question is not that of its text"]], [["Put the code that belongs to the text, or the text that belongs to the code."]])
* insert Check(item-of-another, fault, [["a question belongs to another instrument"]], [["Replace it by this instrument's own question."]])
* insert Check(item-beside, note, [["a question of another instrument is asked, too"]], [["It does not count in this instrument's result."]])
* insert Check(item-twice, fault, [["the same question is asked twice"]], [["Ask it once: two answers to one question give no result."]])
* insert Check(item-unknown, note, [["a question that is not in our table"]], [["Nothing about it was checked, and it gives no points."]])
* insert Check(total-of-another, fault, [["the result code belongs to another instrument"]], [["Put this instrument's own result code: a number under another one's code is read as that one's result."]])
* insert Check(order, doubt, [["questions are not in the instrument's order"]], [["Put them in order: whoever scores by position gives the points to the wrong question."]])
* insert Check(wording, note, [["the wording is not one that we know"]], [["Compare it with the instrument: it was not checked."]])
* insert Check(not-required, doubt, [["a question that the result needs may be skipped"]], [["Mark it as required: without an answer there is no result, and a skipped safety question is no answer."]])
* insert Check(type, fault, [["a question has a type that gives no points"]], [["Make it a choice with coded answers."]])
* insert Check(answers-missing, fault, [["an answer that the instrument offers is missing"]], [["Offer every answer of the instrument."]])
* insert Check(answers-not-read, fault, [["the answers stand in a value set that is not here"]], [["Put the answers in the form, as answerOption."]])
* insert Check(answers-aside, doubt, [["the answers stand in a value set inside the form"]], [["To use the form in place of ours, put the answers as answerOption; responses to it are read all the same."]])
* insert Check(answer-words, fault, [["the code and the words of an answer are two different answers"]], [["Put the words that belong to the code."]])
* insert Check(answer-code, fault, [["the code of an answer is not that of its words"]], [["Put the LOINC answer code that belongs to the words."]])
* insert Check(answer-twice, fault, [["an answer is offered twice"]], [["Offer each answer code once."]])
* insert Check(answer-unscored, fault, [["an answer is offered and gives no points"]], [["Give it its points: whoever chooses it would have no result."]])
* insert Check(answer-needs-care, doubt, [["an answer code that public scorers have been seen to leave out"]], [["Make sure that whoever scores this form knows the code."]])
* insert Check(answer-beside, note, [["an answer without points that is not the instrument's"]], [["Whoever chooses it has not answered, and there is no result."]])
* insert Check(points-inverted, fault, [["the points of the answers run the wrong way"]], [["Turn them round."]])
* insert Check(points-wrong, fault, [["an answer gives other points than the instrument's"]], [["Correct the points."]])
* insert Check(points-partial, fault, [["some answers of a question give points and others do not"]], [["Give points to each answer, or say in the form why one gives none."]])
* insert Check(points-absent, note, [["the form carries no points"]], [["carefhir scores by its own table; other software needs the points (ordinalValue)."]])
* insert Check(copyright-missing, doubt, [["the form has no copyright notice"]], [["Find out whose instrument it is and put the notice they ask for in copyright."]])
* insert Check(notice-missing, fault, [["the notice that the license asks for is missing"]], [["Put the owner's notice in copyright before the form is shown to anybody."]])
* insert Check(loinc-notice, doubt, [["LOINC codes without LOINC's notice"]], [["Put LOINC's notice in copyright (https://loinc.org/license)."]])
* insert Check(gated-text, fault, [["wording of an instrument that needs permission"]], [["Show it only with the owner's written permission; without it, take codes and answers only."]])
* insert Check(feature, fault, [["a feature that carefhir does not carry out"]], [["Take it out, or do what it does by hand: the form would be asked or read otherwise than it was meant."]])
* insert Check(element, fault, [["an element that FHIR R4 does not have there"]], [["Take it out or put it where it belongs."]])
* insert Check(not-used, note, [["parts that are not used"]], [["They change nothing here."]])

ValueSet: FormFindingCodes
Id: form-finding
Title: "What can be wrong with a form: all codes"
Description: "Every code of what can be wrong with a form."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/form-finding"
* include codes from system FormFinding

RuleSet: Feature(code, support, where, title, text)
* #{code} {title} {text}
* #{code} ^property[0].code = #support
* #{code} ^property[0].valueCode = #{support}
* #{code} ^property[1].code = #where
* #{code} ^property[1].valueCode = #{where}

CodeSystem: QuestionnaireFeature
Id: questionnaire-feature
Title: "Features of a Questionnaire"
Description: "Elements of Questionnaire (R4) and extensions of SDC, and what carefhir does with each: used, ignored (it changes nothing that is asked or scored) or refused. An element that is not here is refused; so is an extension of SDC or of CQF that is not here. Other extensions are ignored, as FHIR has it. Which is which: our default."
* insert Definitional
* insert Sourced(^, D, [["What the code does (carefhir/content/scoring.py, check_in.py); a test compares the list with R4's own elements."]])
* ^url = "https://carefhir.org/fhir/CodeSystem/questionnaire-feature"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/questionnaire-feature"
* ^property[0].code = #support
* ^property[0].type = #code
* ^property[0].description = "used, ignored or refused"
* ^property[1].code = #where
* ^property[1].type = #code
* ^property[1].description = "form, item, option: an element there; extension: anywhere"
* insert Feature(url, used, form, [["Questionnaire.url"]], [["By it a response names its form."]])
* insert Feature(version, used, form, [["Questionnaire.version"]], [["The highest one counts."]])
* insert Feature(title, used, form, [["Questionnaire.title"]], [["Shown."]])
* insert Feature(status, used, form, [["Questionnaire.status"]], [["Only an active one is used."]])
* insert Feature(code, used, form, [["Questionnaire.code"]], [["The panel code, by which the form is recognized."]])
* insert Feature(item, used, form, [["Questionnaire.item"]], [["The questions."]])
* insert Feature(copyright, used, form, [["Questionnaire.copyright"]], [["The notice, shown wherever the form is."]])
* insert Feature(id, ignored, form, [["Questionnaire.id"]], [["For people and servers; not read."]])
* insert Feature(meta, ignored, form, [["Questionnaire.meta"]], [["For people and servers; not read."]])
* insert Feature(language, ignored, form, [["Questionnaire.language"]], [["For people and servers; not read."]])
* insert Feature(text, ignored, form, [["Questionnaire.text"]], [["For people and servers; not read."]])
* insert Feature(identifier, ignored, form, [["Questionnaire.identifier"]], [["For people and servers; not read."]])
* insert Feature(name, ignored, form, [["Questionnaire.name"]], [["For people and servers; not read."]])
* insert Feature(experimental, ignored, form, [["Questionnaire.experimental"]], [["For people and servers; not read."]])
* insert Feature(date, ignored, form, [["Questionnaire.date"]], [["For people and servers; not read."]])
* insert Feature(publisher, ignored, form, [["Questionnaire.publisher"]], [["For people and servers; not read."]])
* insert Feature(contact, ignored, form, [["Questionnaire.contact"]], [["For people and servers; not read."]])
* insert Feature(description, ignored, form, [["Questionnaire.description"]], [["For people and servers; not read."]])
* insert Feature(purpose, ignored, form, [["Questionnaire.purpose"]], [["For people and servers; not read."]])
* insert Feature(approvalDate, ignored, form, [["Questionnaire.approvalDate"]], [["For people and servers; not read."]])
* insert Feature(lastReviewDate, ignored, form, [["Questionnaire.lastReviewDate"]], [["For people and servers; not read."]])
* insert Feature(useContext, ignored, form, [["Questionnaire.useContext"]], [["For people and servers; not read."]])
* insert Feature(jurisdiction, ignored, form, [["Questionnaire.jurisdiction"]], [["For people and servers; not read."]])
* insert Feature(subjectType, ignored, form, [["Questionnaire.subjectType"]], [["For people and servers; not read."]])
* insert Feature(contained, ignored, form, [["Questionnaire.contained"]], [["Value sets inside the form are read by check-instrument only."]])
* insert Feature(effectivePeriod, refused, form, [["Questionnaire.effectivePeriod"]], [["Take the form out of use by its status instead."]])
* insert Feature(derivedFrom, refused, form, [["Questionnaire.derivedFrom"]], [["A form stands by itself."]])
* insert Feature(implicitRules, refused, form, [["Questionnaire.implicitRules"]], [["Rules of another system may change what everything means."]])
* insert Feature(modifierExtension, refused, extension, [["modifierExtension, anywhere"]], [["It may change what an element means."]])
* insert Feature(item-linkId, used, item, [["item.linkId"]], [["Names the question."]])
* insert Feature(item-code, used, item, [["item.code"]], [["What is asked, by which answers are matched and scored."]])
* insert Feature(item-text, used, item, [["item.text"]], [["Shown; a safety question is also known by its words."]])
* insert Feature(item-type, used, item, [["item.type"]], [["group, display, choice and the plain types; see below."]])
* insert Feature(item-required, used, item, [["item.required"]], [["Whether there is a result without it."]])
* insert Feature(item-answerOption, used, item, [["item.answerOption"]], [["The answers."]])
* insert Feature(item-item, used, item, [["item.item"]], [["Questions inside a group."]])
* insert Feature(item-prefix, used, item, [["item.prefix"]], [["Shown."]])
* insert Feature(item-definition, used, item, [["item.definition"]], [["Another name of the question."]])
* insert Feature(item-repeats, refused, item, [["item.repeats"]], [["Several answers to a question that takes one. Taken for a question that the instrument itself asks so."]])
* insert Feature(item-maxLength, ignored, item, [["item.maxLength"]], [["Not enforced."]])
* insert Feature(item-readOnly, ignored, item, [["item.readOnly"]], [["A result that the form shows is worked out by carefhir itself."]])
* insert Feature(item-enableWhen, used, item, [["item.enableWhen"]], [["By coded answers, = and !=. A condition about an unanswered question skips nothing."]])
* insert Feature(item-enableWhen-otherwise, refused, item, [["item.enableWhen, not = or != and a coded answer"]], [["Only coded answers are compared."]])
* insert Feature(item-enableBehavior, used, item, [["item.enableBehavior"]], [["all or any of the conditions."]])
* insert Feature(item-initial, refused, item, [["item.initial"]], [["An answer that nobody gave would count as given."]])
* insert Feature(item-answerValueSet, refused, item, [["item.answerValueSet"]], [["The answers must stand in the form."]])
* insert Feature(option-valueCoding, used, option, [["answerOption.valueCoding"]], [["Code and words of the answer."]])
* insert Feature(option-initialSelected, refused, option, [["answerOption.initialSelected"]], [["An answer that nobody gave would count as given."]])
* insert Feature(option-valueString, refused, option, [["answerOption.valueString"]], [["Only coded answers are matched and scored."]])
* insert Feature(option-valueInteger, refused, option, [["answerOption.valueInteger"]], [["Only coded answers are matched and scored."]])
* insert Feature(option-valueDate, refused, option, [["answerOption.valueDate"]], [["Only coded answers are matched and scored."]])
* insert Feature(option-valueTime, refused, option, [["answerOption.valueTime"]], [["Only coded answers are matched and scored."]])
* insert Feature(option-valueReference, refused, option, [["answerOption.valueReference"]], [["Only coded answers are matched and scored."]])
* insert Feature(type-open-choice, refused, type, [["type open-choice"]], [["Not asked and not scored."]])
* insert Feature(type-attachment, refused, type, [["type attachment"]], [["Not asked and not scored."]])
* insert Feature(type-reference, refused, type, [["type reference"]], [["Not asked and not scored."]])
* insert Feature(type-url, refused, type, [["type url"]], [["Not asked and not scored."]])
* insert Feature(type-question, refused, type, [["type question"]], [["Not asked and not scored."]])
* insert Feature(type-group, used, type, [["type group"]], [["Asked and read."]])
* insert Feature(type-display, used, type, [["type display"]], [["Asked and read."]])
* insert Feature(type-choice, used, type, [["type choice"]], [["Asked and read."]])
* insert Feature(type-boolean, used, type, [["type boolean"]], [["Asked and read."]])
* insert Feature(type-decimal, used, type, [["type decimal"]], [["Asked and read."]])
* insert Feature(type-integer, used, type, [["type integer"]], [["Asked and read."]])
* insert Feature(type-string, used, type, [["type string"]], [["Asked and read."]])
* insert Feature(type-text, used, type, [["type text"]], [["Asked and read."]])
* insert Feature(type-date, used, type, [["type date"]], [["Asked and read."]])
* insert Feature(type-dateTime, used, type, [["type dateTime"]], [["Asked and read."]])
* insert Feature(type-time, used, type, [["type time"]], [["Asked and read."]])
* insert Feature(type-quantity, used, type, [["type quantity"]], [["Asked and read."]])
* insert Feature(ordinalValue, used, extension, [["ordinalValue"]], [["The points of an answer."]])
* insert Feature(itemWeight, used, extension, [["itemWeight"]], [["The points of an answer."]])
* insert Feature(sdc-questionnaire-itemWeight, used, extension, [["sdc-questionnaire-itemWeight"]], [["The points of an answer."]])
* insert Feature(translation, used, extension, [["translation"]], [["Words of an answer in another language."]])
* insert Feature(also-accepted, used, extension, [["also-accepted"]], [["Ours."]])
* insert Feature(supports-domain, used, extension, [["supports-domain"]], [["Ours."]])
* insert Feature(function-loss, used, extension, [["function-loss"]], [["Ours."]])
* insert Feature(only-by-name, used, extension, [["only-by-name"]], [["Ours."]])
* insert Feature(license, used, extension, [["license"]], [["Ours."]])
* insert Feature(text-withheld, used, extension, [["text-withheld"]], [["Ours."]])
* insert Feature(respondent, used, extension, [["respondent"]], [["Ours."]])
* insert Feature(score, used, extension, [["score"]], [["Ours."]])
* insert Feature(safety-item, used, extension, [["safety-item"]], [["Ours."]])
* insert Feature(source, used, extension, [["source"]], [["Ours."]])
* insert Feature(finding, used, extension, [["finding"]], [["Ours."]])
* insert Feature(important-difference, used, extension, [["important-difference"]], [["Ours."]])
* insert Feature(applies, used, extension, [["applies"]], [["Ours."]])
* insert Feature(questionnaire-itemControl, ignored, extension, [["questionnaire-itemControl"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(questionnaire-unit, ignored, extension, [["questionnaire-unit"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(questionnaire-displayCategory, ignored, extension, [["questionnaire-displayCategory"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(questionnaire-optionPrefix, ignored, extension, [["questionnaire-optionPrefix"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(questionnaire-choiceOrientation, ignored, extension, [["questionnaire-choiceOrientation"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(questionnaire-supportLink, ignored, extension, [["questionnaire-supportLink"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(questionnaire-usageMode, ignored, extension, [["questionnaire-usageMode"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-shortText, ignored, extension, [["sdc-questionnaire-shortText"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-width, ignored, extension, [["sdc-questionnaire-width"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-choiceColumn, ignored, extension, [["sdc-questionnaire-choiceColumn"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-optionalDisplay, ignored, extension, [["sdc-questionnaire-optionalDisplay"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-preferredTerminologyServer, ignored, extension, [["sdc-questionnaire-preferredTerminologyServer"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-observationLinkPeriod, ignored, extension, [["sdc-questionnaire-observationLinkPeriod"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-observationExtract, ignored, extension, [["sdc-questionnaire-observationExtract"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-performerType, ignored, extension, [["sdc-questionnaire-performerType"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-endpoint, ignored, extension, [["sdc-questionnaire-endpoint"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-assemble-expectation, ignored, extension, [["sdc-questionnaire-assemble-expectation"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(rendering-style, ignored, extension, [["rendering-style"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(rendering-xhtml, ignored, extension, [["rendering-xhtml"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(rendering-markdown, ignored, extension, [["rendering-markdown"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(entryFormat, ignored, extension, [["entryFormat"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(designNote, ignored, extension, [["designNote"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(artifact-versionAlgorithm, ignored, extension, [["artifact-versionAlgorithm"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(variable, ignored, extension, [["variable"]], [["Display, or what other software does; nothing that is asked or scored changes."]])
* insert Feature(sdc-questionnaire-calculatedExpression, refused, extension, [["sdc-questionnaire-calculatedExpression"]], [["Results are worked out by our own rules only."]])
* insert Feature(sdc-questionnaire-initialExpression, refused, extension, [["sdc-questionnaire-initialExpression"]], [["Forms are prefilled by pre-fill only, with the source of each answer."]])
* insert Feature(sdc-questionnaire-enableWhenExpression, refused, extension, [["sdc-questionnaire-enableWhenExpression"]], [["Every question is asked."]])
* insert Feature(sdc-questionnaire-answerExpression, refused, extension, [["sdc-questionnaire-answerExpression"]], [["The answers must stand in the form."]])
* insert Feature(sdc-questionnaire-candidateExpression, refused, extension, [["sdc-questionnaire-candidateExpression"]], [["Not carried out."]])
* insert Feature(sdc-questionnaire-contextExpression, refused, extension, [["sdc-questionnaire-contextExpression"]], [["Not carried out."]])
* insert Feature(sdc-questionnaire-itemPopulationContext, refused, extension, [["sdc-questionnaire-itemPopulationContext"]], [["Not carried out."]])
* insert Feature(sdc-questionnaire-itemExtractionContext, refused, extension, [["sdc-questionnaire-itemExtractionContext"]], [["Not carried out."]])
* insert Feature(sdc-questionnaire-launchContext, refused, extension, [["sdc-questionnaire-launchContext"]], [["Not carried out."]])
* insert Feature(sdc-questionnaire-sourceQueries, refused, extension, [["sdc-questionnaire-sourceQueries"]], [["Not carried out."]])
* insert Feature(sdc-questionnaire-sourceStructureMap, refused, extension, [["sdc-questionnaire-sourceStructureMap"]], [["Not carried out."]])
* insert Feature(sdc-questionnaire-targetStructureMap, refused, extension, [["sdc-questionnaire-targetStructureMap"]], [["What follows from answers is in our own rules only."]])
* insert Feature(sdc-questionnaire-subQuestionnaire, refused, extension, [["sdc-questionnaire-subQuestionnaire"]], [["A form stands by itself."]])
* insert Feature(sdc-questionnaire-answerOptionsToggleExpression, refused, extension, [["sdc-questionnaire-answerOptionsToggleExpression"]], [["Every answer is offered."]])
* insert Feature(sdc-questionnaire-entryMode, refused, extension, [["sdc-questionnaire-entryMode"]], [["All questions are asked at once."]])
* insert Feature(sdc-questionnaire-unitOption, refused, extension, [["sdc-questionnaire-unitOption"]], [["Not read."]])
* insert Feature(sdc-questionnaire-unitValueSet, refused, extension, [["sdc-questionnaire-unitValueSet"]], [["Not read."]])
* insert Feature(questionnaire-constraint, refused, extension, [["questionnaire-constraint"]], [["Not enforced."]])
* insert Feature(questionnaire-hidden, refused, extension, [["questionnaire-hidden"]], [["Every question is shown."]])
* insert Feature(questionnaire-optionExclusive, refused, extension, [["questionnaire-optionExclusive"]], [["An answer that excludes the others is not enforced."]])
* insert Feature(questionnaire-minOccurs, refused, extension, [["questionnaire-minOccurs"]], [["Only required is read: 1 is taken, another number is not."]])
* insert Feature(questionnaire-maxOccurs, refused, extension, [["questionnaire-maxOccurs"]], [["Only one answer is read: 1 is taken, another number is not."]])
* insert Feature(questionnaire-unitOption, used, extension, [["questionnaire-unitOption"]], [["The units that a number of a check-in may have."]])
* insert Feature(questionnaire-unitValueSet, refused, extension, [["questionnaire-unitValueSet"]], [["Not read."]])
* insert Feature(questionnaire-fhirType, refused, extension, [["questionnaire-fhirType"]], [["Not read."]])
* insert Feature(minValue, refused, extension, [["minValue"]], [["Not enforced."]])
* insert Feature(maxValue, refused, extension, [["maxValue"]], [["Not enforced."]])
* insert Feature(cqf-expression, refused, extension, [["cqf-expression"]], [["Not carried out."]])
* insert Feature(cqf-library, refused, extension, [["cqf-library"]], [["Not carried out."]])
* insert Feature(cqf-calculatedValue, refused, extension, [["cqf-calculatedValue"]], [["Not carried out."]])

ValueSet: QuestionnaireFeatureCodes
Id: questionnaire-feature
Title: "Features of a Questionnaire: all codes"
Description: "Every code of features of a Questionnaire."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/questionnaire-feature"
* include codes from system QuestionnaireFeature
