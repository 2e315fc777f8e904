{{- /* What a workload of this library needs, beside what every workload has. */ -}}
{{- define "kda-service.objects" -}}
{{- range list "knative" "domainmapping" "deployment" "statefulset" "service" "ingress" "httproute" "hpa" "pdb" "servicemonitor" "smoketest" }}
{{- include (printf "kda-service.%s" .) $ }}
{{- end }}
{{- end -}}
