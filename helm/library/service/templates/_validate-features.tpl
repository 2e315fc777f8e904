{{- /* What Knative accepts only behind a feature flag of the cluster (config-features, kubernetes.<flag>). */ -}}
{{- define "kda-service.problems.features" -}}
{{- $needed := dict }}
{{- range $key, $flag := dict
  "nodeSelector" "podspec-nodeselector" "tolerations" "podspec-tolerations" "affinity" "podspec-affinity"
  "topologySpreadConstraints" "podspec-topologyspreadconstraints" "priorityClassName" "podspec-priorityclassname"
  "runtimeClassName" "podspec-runtimeclassname" "schedulerName" "podspec-schedulername" "dnsPolicy" "podspec-dnspolicy"
  "dnsConfig" "podspec-dnsconfig" "hostAliases" "podspec-hostaliases" "podSecurityContext" "podspec-securitycontext" "initContainers" "podspec-init-containers" }}
{{- if index $.Values $key }}{{ $_ := set $needed $key $flag }}{{ end }}
{{- end }}
{{- if .Values.securityContext.capabilities.add }}
{{- $_ := set $needed "securityContext.capabilities.add" "containerspec-addcapabilities" }}
{{- end }}
{{- range $name, $volume := .Values.volumes }}
{{- if $volume.csi }}{{ $_ := set $needed (printf "volumes.%s.csi" $name) "podspec-volumes-csi" }}{{ end }}
{{- if dig "persistentVolumeClaim" nil $volume }}
{{- $_ := set $needed (printf "volumes.%s" $name) "podspec-persistent-volume-claim" }}
{{- if not (dig "persistentVolumeClaim" "readOnly" false $volume) }}
{{- $_ := set $needed (printf "volumes.%s.persistentVolumeClaim without readOnly: true" $name) "podspec-persistent-volume-write" }}
{{- end }}
{{- end }}
{{- end }}
{{- range $key := keys (.Values.before | default dict) }}
{{- $_ := set $needed (printf "workloads.%s.mode" $key) "podspec-init-containers" }}
{{- end }}
{{- range $name, $value := .Values.env }}
{{- if and (kindIs "map" $value) (hasKey $value "fieldRef") }}
{{- $_ := set $needed (printf "env.%s" $name) "podspec-fieldref" }}
{{- end }}
{{- end }}
{{- range $key, $flag := $needed }}
{{- if not (index $.Values.knative.features $flag) }}
- {{ $key }}: Knative accepts it only when the cluster's config-features has kubernetes.{{ $flag }}: enabled; if it has, set knative.features.{{ $flag }}: true, otherwise remove it
{{- end }}
{{- end }}
{{- end -}}
