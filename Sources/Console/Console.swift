/// The page that shows a running replyd and steers it: files that a browser gets from the admin server without showing
/// anything, for nothing in them is secret. What they show they ask of the API.
///
/// They are in `Files/`, as a browser reads them, and SwiftPM puts them into the binary as they are.
public enum Console {
    /// A file for browsers.
    public struct File: Sendable {
        /// The media type.
        public var type: String
        /// What is in it.
        public var content: [UInt8]
    }

    /// The files, by the path that they have on the server.
    public static let files: [String: File] = [
        "/": File(type: "text/html; charset=utf-8", content: PackageResources.index_html),
        "/console/console.css": File(type: "text/css; charset=utf-8", content: PackageResources.console_css),
        "/console/icon.svg": File(type: "image/svg+xml", content: PackageResources.icon_svg),
        "/console/api.js": script(PackageResources.api_js),
        "/console/chart.js": script(PackageResources.chart_js),
        "/console/chat.js": script(PackageResources.chat_js),
        "/console/console.js": script(PackageResources.console_js),
        "/console/conversations.js": script(PackageResources.conversations_js),
        "/console/dom.js": script(PackageResources.dom_js),
        "/console/entry.js": script(PackageResources.entry_js),
        "/console/needs.js": script(PackageResources.needs_js),
        "/console/outbox.js": script(PackageResources.outbox_js),
        "/console/overview.js": script(PackageResources.overview_js),
        "/console/rules.js": script(PackageResources.rules_js),
        "/console/trial.js": script(PackageResources.trial_js),
        "/console/why.js": script(PackageResources.why_js),
    ]

    private static func script(_ content: [UInt8]) -> File {
        File(type: "text/javascript; charset=utf-8", content: content)
    }
}
