{{- /* Generated from values.schema.yaml by `npm run charts:generate`. */ -}}
{{- define "kda-service.defaults" -}}
port: 8080
protocol: http
probes:
  liveness:
    path: /health
  readiness:
    path: /health
  startup: null
metrics:
  enabled: false
  port: 9464
  path: /metrics
  from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: monitoring
  monitor:
    enabled: false
    interval: 30s
    labels: {}
smokeTest:
  enabled: true
  path: /health
  timeoutSeconds: 120
  onInstall: true
knative:
  features: {}
  minScale: null
  maxScale: null
  initialScale: null
  activationScale: null
  class: null
  metric: null
  target: null
  targetUtilization: null
  targetBurstCapacity: null
  window: null
  panicWindow: null
  panicThreshold: null
  scaleDownDelay: null
  retention: null
  containerConcurrency: null
  timeoutSeconds: 300
  responseStartTimeoutSeconds: null
  idleTimeoutSeconds: null
  progressDeadline: null
  rolloutDuration: null
  visibility: external
  ingressClass: null
  traffic: []
  domains: {}
  annotations: {}
  queueProxy: {}
  servingNamespace: knative-serving
  gatewayNamespace: kourier-system
  gatewayLabels:
    app: 3scale-kourier-gateway
zones: null
replicas: null
strategy:
  type: RollingUpdate
  rollingUpdate:
    maxSurge: 1
    maxUnavailable: 0
keepClaims: true
lifecycle: {}
ports: {}
expose:
  type: ClusterIP
  port: 80
  annotations: {}
  from: []
ingress:
  enabled: false
  className: ""
  annotations: {}
  hosts: {}
  from: []
httpRoute:
  enabled: false
  annotations: {}
  gateways: {}
  hosts: {}
  path: /
  filters: []
  timeouts: {}
  from: []
hpa:
  enabled: false
  minReplicas: 2
  maxReplicas: 10
  cpuUtilization: 70
  memoryUtilization: null
  behavior: {}
pdb:
  enabled: null
  minAvailable: null
  maxUnavailable: null
{{- end -}}
