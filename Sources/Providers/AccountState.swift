/// What a provider says of an account of ours.
public struct AccountState: Sendable {
    /// Something that a person should know or must mend.
    public struct Remark: Sendable, Hashable {
        /// Whether messages are lost or not answered because of it.
        public var isWrong: Bool
        /// What is the matter, in words.
        public var text: String
        /// How it is mended; `nil` if only the provider can.
        public var remedy: String?

        /// Creates a remark.
        public init(isWrong: Bool, _ text: String, do remedy: String?) {
            self.isWrong = isWrong
            self.text = text
            self.remedy = remedy
        }
    }

    /// Where webhooks are delivered; `nil` if the provider does not tell.
    public var webhook: WebhookSettings?
    /// What else there is to say.
    public var remarks: [Remark]

    /// Creates a state.
    public init(webhook: WebhookSettings?, remarks: [Remark] = []) {
        self.webhook = webhook
        self.remarks = remarks
    }
}
