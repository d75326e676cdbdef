import DeployModel
import Execution
import HTTPClient
import Notifications
import Reporting

/// Who has a say in a run, and who is told of it.
extension Wiring {
    /// What tells people of a run; `nil` where nobody is to be told.
    static func notifier(_ inventory: Inventory, _ client: HTTPClient, _ console: Console) -> Notifier? {
        guard !inventory.notifications.isEmpty else { return nil }
        let caller = Caller.current(console.environment)
        return Notifier(
            inventory.notifications, who: caller.who, link: caller.link, client: client,
            report: { console.warn([$0]) })
    }

    /// What runs the hooks of a run; `nil` where it has none.
    static func hooks(_ session: Session, for plan: Plan) -> LocalHooks? {
        guard let configuration = session.inventory.hooks, !session.hookMoments.isEmpty else { return nil }
        var variables = [
            "DEPLOY_SERVICE": plan.service, "DEPLOY_RUN": session.run, "DEPLOY_PURPOSE": plan.purpose.rawValue,
            "DEPLOY_RELEASE": plan.release.id.text, "DEPLOY_WHO": Caller.current(session.environment).who,
        ]
        variables["DEPLOY_GIT_SHA"] = plan.release.gitCommit
        return LocalHooks(
            configuration, moments: session.hookMoments, process: session.environment, variables: variables,
            events: session.events,
            encode: { [clock = session.clock, redactor = session.secrets.redactor] kind in
                EventCodec.line(kind, at: clock.date, redactor)
            })
    }
}
