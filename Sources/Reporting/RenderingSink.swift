package import DeployModel
import Synchronization

/// Renders each event and hands the text to a writer.
package final class RenderingSink: EventSink {
    private let renderer: Mutex<any EventRenderer>
    private let writer: OutputWriter

    package init(_ renderer: any EventRenderer, to writer: OutputWriter) {
        self.renderer = Mutex(renderer)
        self.writer = writer
    }

    package func receive(_ event: DeployEvent) {
        // Writing under the lock keeps the order of the events; the writer never waits.
        renderer.withLock { writer.write($0.render(event)) }
    }
}
