import Matching
import Responder

/// A rules file as written: everything in place, nothing yet looked up elsewhere.
struct RuleFileDraft {
    var version: Int?
    var settings = Settings()
    var words: [Located<(name: String, words: [Located<String>])>] = []
    var rules: [RuleDraft] = []

    struct Settings {
        var quote = true
        var prefixes = Phrase.Prefixes.longWords
        var expired: ExpiredDraft?
    }
}

struct RuleDraft {
    var range: SourceRange
    var id: Located<String>?
    var match: MatchDraft?
    var priority = 0
    var continues = false
    var isEnabled = true
    var prefixes: Phrase.Prefixes?
    var quote: Bool?
    var reply: Located<[BubbleDraft]>?
    var template: Located<TemplateDraft>?
    var ignore: Located<Bool>?
    var expired: ExpiredDraft?
}

struct BubbleDraft {
    var text: Located<String>?
    var quote: Bool?
}

struct MatchDraft {
    var range: SourceRange
    var any: [Located<String>] = []
    var all: [Located<String>] = []
    var none: [Located<String>] = []
    var exact: [Located<String>] = []
    var starts: [Located<String>] = []
    var contains: [Located<String>] = []
    var regex: [Located<String>] = []
    var types: [MessageType] = []
}

struct TemplateDraft {
    var name: Located<String>?
    var language = TemplateLanguage.hebrew
    var header: TemplateHeader?
    var variables: [Located<String>] = []
}

enum ExpiredDraft {
    case template(TemplateDraft)
    case silent
}
