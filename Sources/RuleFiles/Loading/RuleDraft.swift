import Matching
import Responder

/// A rules file as written: everything in place, nothing yet looked up elsewhere.
struct RuleFileDraft {
    var settings = Settings()
    /// nil where they are not in order, so that nobody knows which there are.
    var words: [Located<(name: String, words: [Located<String>])>]? = []
    var rules: [RuleDraft] = []
    /// The keys that are there, in order or not.
    var given: Set<String> = []

    struct Settings {
        var quote = true
        var prefixes = Phrase.Prefixes.longWords
        var expired: ExpiredDraft?
    }
}

struct RuleDraft {
    var range: SourceRange
    /// The keys that are there, in order or not.
    var given: Set<String> = []
    var id: Located<String>?
    var match: MatchDraft?
    var priority = 0
    var continues: Bool?
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
    /// Whether everything in it was understood; otherwise nobody knows what it captures.
    var isSound = true
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
