/// The kinds of messages that a line of ours can show: its provider's abilities and the account's settings.
///
/// ``decide(_:in:by:policy:at:)`` turns what a line can't show into text, so that everything that decides agrees on what
/// leaves.
public struct LineAbilities: Sendable, Hashable {
    /// Whether choices are shown as buttons and lists; otherwise they are a text with numbers.
    public var showsChoices: Bool
    /// Whether files are sent; otherwise their captions and links are a text.
    public var sendsFiles: Bool
    /// Whether places are sent; otherwise they are a text with a link to a map.
    public var sendsLocations: Bool
    /// Whether links are buttons; otherwise they are part of the text.
    public var showsLinkButtons: Bool
    /// Whether reactions are sent; otherwise there are none.
    public var sendsReactions: Bool
    /// Whether documents keep their names.
    public var showsFileNames = true
    /// Whether links and codes of templates' buttons are filled in.
    public var fillsTemplateButtons = true
    /// Whether a tap on a template's quick-reply button brings back the id that we gave it; otherwise only its title.
    public var marksTemplateChoices = true
    /// Whether templates' variables may have names.
    public var namesTemplateVariables = true
    /// Whether templates' languages may have a country.
    public var hasTemplateCountries = true
    /// Whether text is tried once although the window has shut by our clock (``plan(_:window:onUnknown:triesShutWindow:at:)``).
    public var triesShutWindow = false

    /// Creates the abilities of a line; without arguments, of one that shows everything.
    public init(
        showsChoices: Bool = true, sendsFiles: Bool = true, sendsLocations: Bool = true, showsLinkButtons: Bool = true,
        sendsReactions: Bool = true
    ) {
        self.showsChoices = showsChoices
        self.sendsFiles = sendsFiles
        self.sendsLocations = sendsLocations
        self.showsLinkButtons = showsLinkButtons
        self.sendsReactions = sendsReactions
    }

    /// The abilities of a line that shows text and templates alone.
    public static let text = LineAbilities(
        showsChoices: false, sendsFiles: false, sendsLocations: false, showsLinkButtons: false, sendsReactions: false)

    /// Returns the message that shows the content on this line.
    func message(_ content: RichContent, replyTo: String?) -> ProviderMessage {
        let isShown =
            switch content {
            case .menu: showsChoices
            case .file: sendsFiles
            case .location: sendsLocations
            case .link: showsLinkButtons
            }
        guard isShown else { return .text(content.plainText, replyTo: replyTo) }
        if case .file(var file) = content, !showsFileNames, file.name != nil {
            file.name = nil
            return .rich(.file(file), replyTo: replyTo)
        }
        return .rich(content, replyTo: replyTo)
    }
}
