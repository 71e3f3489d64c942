"""Questionnaires of FHIR R4 as HTML forms that work without script: pure, without any request.

`QuestionnaireForm.of` reads one and refuses by name what it cannot show; the templates' `questionnaire.html` lays out
what `QuestionnaireForm.shown` gives.
"""

from carefhir.faces.web.pages.questionnaires.answered import Typed
from carefhir.faces.web.pages.questionnaires.checking import unsupported
from carefhir.faces.web.pages.questionnaires.form import QuestionnaireForm, TypedAgain
from carefhir.faces.web.pages.questionnaires.items import FormItem, FormOption, FormProblem
from carefhir.faces.web.pages.questionnaires.supported import SUPPORTED

__all__ = [
    "SUPPORTED",
    "FormItem",
    "FormOption",
    "FormProblem",
    "QuestionnaireForm",
    "Typed",
    "TypedAgain",
    "unsupported",
]
