/// Somebody who is told of a run, by an HTTP request from this machine.
package struct NotificationConfiguration: Sendable, Hashable {
    /// What is sent.
    package enum Form: String, Sendable, Hashable, CaseIterable {
        /// A JSON object that says what happened field by field.
        case webhook
        /// One sentence, as Slack's incoming webhooks take it.
        case slack
    }

    package enum Moment: String, Sendable, Hashable, CaseIterable {
        case started
        /// The canary stands, and the others wait for an approval.
        case paused
        /// Interrupted too.
        case failed
        case succeeded
    }

    package var form: Form
    /// Often a token in itself.
    package var url: Secret
    package var moments: Set<Moment>
    /// What variables put into the URL: hidden wherever they occur.
    package var secrets: [Secret]
    package var location: SourceLocation?

    package init(
        _ form: Form, url: Secret, moments: Set<Moment> = Set(Moment.allCases), secrets: [Secret] = [],
        location: SourceLocation? = nil
    ) {
        self.form = form
        self.url = url
        self.moments = moments
        self.secrets = secrets
        self.location = location
    }
}
