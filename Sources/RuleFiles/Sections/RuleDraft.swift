import Matching
import Responder

/// A rules file as written: its keys are read, but no names are looked up yet.
struct RuleFileDraft {
    var settings = Settings()
    /// The word sets; `nil` if they are not in order, so that their names are unknown.
    var words: [Located<(name: String, words: [Located<String>])>]? = []
    /// The hours; `nil` if they are not in order, so that their names are unknown.
    var hours: [Located<Hours>]? = []
    var rules: [RuleDraft] = []
    var tests: [RuleTestDraft] = []
    /// The keys that are present, whether or not their values are in order.
    var given: Set<String> = []

    struct Settings {
        var quote = true
        var prefixes = Phrase.Prefixes.longWords
        var accents = Accents.count
        var expired: ExpiredDraft?
    }
}

struct RuleDraft {
    var range: SourceRange
    /// The keys that are present, whether or not their values are in order.
    var given: Set<String> = []
    var id: Located<String>?
    var match: MatchDraft?
    var when: WhenDraft?
    var priority = 0
    var continues: Bool?
    var isEnabled = true
    var mode: Mode?
    var prefixes: Phrase.Prefixes?
    var accents: Accents?
    var quote: Bool?
    var reply: Located<[BubbleDraft]>?
    var oneOf: Located<[BubbleDraft]>?
    var template: Located<TemplateDraft>?
    var react: Located<String>?
    var ignore: Located<Bool>?
    var expired: ExpiredDraft?
    var set: SettingsDraft?
    var unset: [Located<String>] = []
    var tag: [Located<String>] = []
    var untag: [Located<String>] = []
    var handoff: HandoffDraft?
    var optOut: Located<Bool>?
    var optIn: Located<Bool>?
    var forward: String?
    var delay: Located<Duration>?
    var atOpen: Located<String>?
    var cooldown: CooldownDraft?
    var tests: [RuleTestDraft] = []

    /// Whether a rule answers messages or is on trial.
    enum Mode: String, CaseIterable {
        case live, shadow
    }
}

/// The state that a rule sets.
struct SettingsDraft {
    var settings: [(name: Located<String>, value: Located<String>)] = []
    var expires: Duration?
}

struct HandoffDraft {
    var pause: Duration?
    var notify: String?
}

struct CooldownDraft {
    var length: Duration?
    var times = 1
    var group: String?
    var then: Then?

    /// The treatment of a message that a cooldown keeps from being answered.
    enum Then: String, CaseIterable {
        case next, silent
    }
}

struct WhenDraft {
    var range: SourceRange
    var open: Located<String>?
    var closed: Located<String>?
    var between: Located<[DaySpan]>?
    var timezone: Zone?
    /// Whether a time zone is given, in order or not.
    var isZoneGiven = false
    var date: Located<[ClosedRange<LocalDate>]>?
    var language: [TextLanguage] = []
    var account: [String] = []
    var contact: [String] = []
    var tagged: [Located<String>] = []
    var notTagged: [Located<String>] = []
    var state: [(name: Located<String>, values: [String])] = []
    var isFirstContact: Bool?
    var idle: Duration?
    var window: WindowState?
    var not: Nested?
    var any: [WhenDraft]?

    /// Conditions within conditions.
    final class Nested {
        let when: WhenDraft
        init(_ when: WhenDraft) { self.when = when }
    }
}

/// Whether the 24-hour window allows text.
enum WindowState: String, CaseIterable, Sendable {
    case open, expired
}

struct BubbleDraft {
    var range: SourceRange
    /// The keys that are present, whether or not their values are in order.
    var given: Set<String> = []
    var text: Located<String>?
    var quote: Bool?
    var choices: [ChoiceDraft]?
    var opener: Located<String>?
    var image: Located<String>?
    var video: Located<String>?
    var audio: Located<String>?
    var document: DocumentDraft?
    var caption: Located<String>?
    var location: LocationDraft?
    var link: LinkButtonDraft?

    /// A text alone.
    init(text: Located<String>) {
        range = text.node.range
        given = ["text"]
        self.text = text
    }

    init(range: SourceRange) { self.range = range }
}

struct ChoiceDraft {
    var id: Located<String>
    var title: Located<String>?
    var more: Located<String>?
}

struct DocumentDraft {
    var link: Located<String>?
    var name: String?
}

struct LocationDraft {
    var latitude: String?
    var longitude: String?
    var name: String?
    var address: String?
}

struct LinkButtonDraft {
    var title: Located<String>?
    var url: Located<String>?
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
    var mistakes = 0
    var replyingTo: Located<String>?
    var choices: [Located<String>] = []
    /// Whether everything in the match was understood; otherwise its captures are unknown.
    var isSound = true
}

struct TemplateDraft {
    var name: Located<String>?
    var language = TemplateLanguage.hebrew
    var header: TemplateHeader?
    var variables: [Located<String>] = []
    /// The names of the variables, in the same order; empty if they have numbers.
    var names: [String] = []
    var buttons: [(index: Int?, value: Located<String>)] = []
    var coupon: Located<String>?
    var choices: [ChoiceDraft] = []
}

enum ExpiredDraft {
    case template(TemplateDraft)
    case silent
}
