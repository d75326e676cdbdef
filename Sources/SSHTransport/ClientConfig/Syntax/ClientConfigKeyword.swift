/// The keywords of ssh_config(5), OpenSSH 9.2 and those that came later, by the name `ssh -G` gives them.
///
/// `Host`, `Match` and `Include` are no settings and have directives of their own.
package enum ClientConfigKeyword: String, Sendable, Hashable, CaseIterable {
    case addKeysToAgent = "addkeystoagent"
    case addressFamily = "addressfamily"
    case batchMode = "batchmode"
    case bindAddress = "bindaddress"
    case bindInterface = "bindinterface"
    case canonicalDomains = "canonicaldomains"
    case canonicalizeFallbackLocal = "canonicalizefallbacklocal"
    case canonicalizeHostname = "canonicalizehostname"
    case canonicalizeMaxDots = "canonicalizemaxdots"
    case canonicalizePermittedCNAMEs = "canonicalizepermittedcnames"
    case caSignatureAlgorithms = "casignaturealgorithms"
    case certificateFile = "certificatefile"
    case channelTimeout = "channeltimeout"
    case checkHostIP = "checkhostip"
    case ciphers
    case clearAllForwardings = "clearallforwardings"
    case compression
    case connectionAttempts = "connectionattempts"
    case connectTimeout = "connecttimeout"
    case controlMaster = "controlmaster"
    case controlPath = "controlpath"
    case controlPersist = "controlpersist"
    case dynamicForward = "dynamicforward"
    case enableEscapeCommandline = "enableescapecommandline"
    case enableSSHKeysign = "enablesshkeysign"
    case escapeChar = "escapechar"
    case exitOnForwardFailure = "exitonforwardfailure"
    case fingerprintHash = "fingerprinthash"
    case forkAfterAuthentication = "forkafterauthentication"
    case forwardAgent = "forwardagent"
    case forwardX11 = "forwardx11"
    case forwardX11Timeout = "forwardx11timeout"
    case forwardX11Trusted = "forwardx11trusted"
    case gatewayPorts = "gatewayports"
    case globalKnownHostsFile = "globalknownhostsfile"
    case gssapiAuthentication = "gssapiauthentication"
    case gssapiClientIdentity = "gssapiclientidentity"
    case gssapiDelegateCredentials = "gssapidelegatecredentials"
    case gssapiKexAlgorithms = "gssapikexalgorithms"
    case gssapiKeyExchange = "gssapikeyexchange"
    case gssapiRenewalForcesRekey = "gssapirenewalforcesrekey"
    case gssapiServerIdentity = "gssapiserveridentity"
    case gssapiTrustDNS = "gssapitrustdns"
    case hashKnownHosts = "hashknownhosts"
    case hostbasedAcceptedAlgorithms = "hostbasedacceptedalgorithms"
    case hostbasedAuthentication = "hostbasedauthentication"
    case hostKeyAlgorithms = "hostkeyalgorithms"
    case hostKeyAlias = "hostkeyalias"
    case hostName = "hostname"
    case identitiesOnly = "identitiesonly"
    case identityAgent = "identityagent"
    case identityFile = "identityfile"
    case ignoreUnknown = "ignoreunknown"
    case ipQoS = "ipqos"
    case kbdInteractiveAuthentication = "kbdinteractiveauthentication"
    case kbdInteractiveDevices = "kbdinteractivedevices"
    case kexAlgorithms = "kexalgorithms"
    case knownHostsCommand = "knownhostscommand"
    case localCommand = "localcommand"
    case localForward = "localforward"
    case logLevel = "loglevel"
    case logVerbose = "logverbose"
    case macs
    case noHostAuthenticationForLocalhost = "nohostauthenticationforlocalhost"
    case numberOfPasswordPrompts = "numberofpasswordprompts"
    case obscureKeystrokeTiming = "obscurekeystroketiming"
    case passwordAuthentication = "passwordauthentication"
    case permitLocalCommand = "permitlocalcommand"
    case permitRemoteOpen = "permitremoteopen"
    case pkcs11Provider = "pkcs11provider"
    case port
    case preferredAuthentications = "preferredauthentications"
    case proxyCommand = "proxycommand"
    case proxyJump = "proxyjump"
    case proxyUseFdpass = "proxyusefdpass"
    case pubkeyAcceptedAlgorithms = "pubkeyacceptedalgorithms"
    case pubkeyAuthentication = "pubkeyauthentication"
    case refuseConnection = "refuseconnection"
    case rekeyLimit = "rekeylimit"
    case remoteCommand = "remotecommand"
    case remoteForward = "remoteforward"
    case requestTTY = "requesttty"
    case requiredRSASize = "requiredrsasize"
    case revokedHostKeys = "revokedhostkeys"
    case securityKeyProvider = "securitykeyprovider"
    case sendEnv = "sendenv"
    case serverAliveCountMax = "serveralivecountmax"
    case serverAliveInterval = "serveraliveinterval"
    case sessionType = "sessiontype"
    case setEnv = "setenv"
    case stdinNull = "stdinnull"
    case streamLocalBindMask = "streamlocalbindmask"
    case streamLocalBindUnlink = "streamlocalbindunlink"
    case strictHostKeyChecking = "stricthostkeychecking"
    case syslogFacility = "syslogfacility"
    case tag
    case tcpKeepAlive = "tcpkeepalive"
    case tunnel
    case tunnelDevice = "tunneldevice"
    case updateHostKeys = "updatehostkeys"
    /// Apple's own.
    case useKeychain = "usekeychain"
    case user
    case userKnownHostsFile = "userknownhostsfile"
    case verifyHostKeyDNS = "verifyhostkeydns"
    case versionAddendum = "versionaddendum"
    case visualHostKey = "visualhostkey"
    case warnWeakCrypto = "warnweakcrypto"
    case xauthLocation = "xauthlocation"

    /// - Parameter name: in lower case.
    init?(named name: String) {
        #if !os(macOS)
        // Apple's `ssh` alone knows it; elsewhere it takes an `IgnoreUnknown`.
        if name == Self.useKeychain.rawValue { return nil }
        #endif
        guard let keyword = Self(rawValue: name) ?? Self.aliases[name] else { return nil }
        self = keyword
    }

    /// Keywords of the past that OpenSSH passes over, whatever follows them.
    static let abandoned: Set<String> = [
        "afstokenpassing", "cipher", "compressionlevel", "fallbacktorsh", "globalknownhostsfile2",
        "kerberosauthentication", "kerberostgtpassing", "protocol", "rhostsauthentication", "rhostsrsaauthentication",
        "rsaauthentication", "useblacklistedkeys", "useprivilegedport", "userknownhostsfile2", "useroaming", "usersh",
    ]

    private static let aliases: [String: Self] = [
        "challengeresponseauthentication": .kbdInteractiveAuthentication,
        "dsaauthentication": .pubkeyAuthentication,
        "hostbasedkeytypes": .hostbasedAcceptedAlgorithms,
        "identityfile2": .identityFile,
        "keepalive": .tcpKeepAlive,
        "protocolkeepalives": .serverAliveInterval,
        "pubkeyacceptedkeytypes": .pubkeyAcceptedAlgorithms,
        "setuptimeout": .serverAliveInterval,
        "skeyauthentication": .kbdInteractiveAuthentication,
        "smartcarddevice": .pkcs11Provider,
        "tisauthentication": .kbdInteractiveAuthentication,
    ]
}
